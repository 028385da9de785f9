"""How each component is started. What is not said here is at its default."""

import json
import ssl
import string
import urllib.request

import processes
import settings
from certificates import file, kubeconfig
from node import run
from steps import Failed
from tools import kubectl


def flags(**options):
    return [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]


def kube(name, **options):
    """A component's command; each is another name of the one program."""
    return [settings.BIN / name, *flags(**options)]


def as_client(name):
    return {option: kubeconfig(name) for option in ("kubeconfig", "authentication_kubeconfig", "authorization_kubeconfig")}


COMMANDS = {
    "containerd": ["containerd", "--config", settings.CONFIG / "containerd.toml"],
    "etcd": kube(
        "etcd", data_dir=settings.NODE / "etcd", listen_metrics_urls=f"http://{settings.NODE_ADDRESS}:2381",
        unsafe_no_fsync=True),  # what a power cut would take is of no worth
    "kube-apiserver": kube(
        "kube-apiserver", etcd_servers="http://127.0.0.1:2379", advertise_address=settings.NODE_ADDRESS,
        service_cluster_ip_range=settings.SERVICES, authorization_mode="Node,RBAC", allow_privileged=True,
        client_ca_file=file("ca.crt"), tls_cert_file=file("kube-apiserver.crt"), tls_private_key_file=file("kube-apiserver.key"),
        kubelet_client_certificate=file("kube-apiserver-kubelet.crt"), kubelet_client_key=file("kube-apiserver-kubelet.key"),
        kubelet_preferred_address_types="InternalIP",
        service_account_issuer="https://kubernetes.default.svc.cluster.local",
        service_account_key_file=file("tokens.pub"), service_account_signing_key_file=file("tokens.key"),
        requestheader_client_ca_file=file("front-proxy-ca.crt"), requestheader_username_headers="X-Remote-User",
        requestheader_group_headers="X-Remote-Group", requestheader_extra_headers_prefix="X-Remote-Extra-"),
    "kube-controller-manager": kube(
        "kube-controller-manager", **as_client("kube-controller-manager"), leader_elect=False,
        use_service_account_credentials=True, root_ca_file=file("ca.crt"),
        service_account_private_key_file=file("tokens.key"),
        # An API server that was stopped for a minute must not make the node, and all pods, count as lost when it is back.
        node_monitor_grace_period="10m",
        kube_api_qps=200, kube_api_burst=400,  # with the defaults its controllers take 5 s to start
        cluster_signing_cert_file=file("ca.crt"), cluster_signing_key_file=file("ca.key"),
        flex_volume_plugin_dir=settings.NODE / "volume-plugins"),
    "kube-scheduler": kube("kube-scheduler", **as_client("kube-scheduler"), leader_elect=False),
    "kubelet": kube(
        "kubelet", kubeconfig=kubeconfig("kubelet"), config=settings.CONFIG / "kubelet.yaml",
        root_dir=settings.NODE / "kubelet", node_ip=settings.NODE_ADDRESS, cert_dir=settings.CERTIFICATES / "kubelet"),
    # conntrack's limits are the machine's, so its settings stay as they are.
    "kube-proxy": kube(
        "kube-proxy", kubeconfig=kubeconfig("kube-proxy"), proxy_mode="iptables", cluster_cidr=settings.PODS,
        conntrack_max_per_core=0, conntrack_tcp_timeout_established="0s", conntrack_tcp_timeout_close_wait="0s"),
}

# Where each answers 200 once it is ready.
HEALTH = {
    "etcd": f"http://{settings.NODE_ADDRESS}:2381/readyz",
    "kube-apiserver": f"{settings.API_SERVER}/readyz",
    "kube-controller-manager": f"https://{settings.NODE_ADDRESS}:10257/healthz",
    "kube-scheduler": f"https://{settings.NODE_ADDRESS}:10259/readyz",
    "kube-proxy": f"http://{settings.NODE_ADDRESS}:10256/healthz",
}


def configure():
    """The files of config/ with their ${NAMES} filled in."""
    names = {name: value for name, value in vars(settings).items() if name.isupper()}
    for source in (settings.HERE / "config").iterdir():
        text = string.Template(source.read_text()).substitute(names)
        target = settings.CONFIG / source.name
        if source.name == "cni.conflist":  # containerd takes every file of its folder
            target = settings.CONFIG / "cni" / source.name
            target.parent.mkdir()
        target.write_text(text)


def start(name):
    processes.start(name, COMMANDS[name])


def ready(name):
    conditions = {"containerd": containerd_answers, "kubelet": node_is_ready}
    processes.ready(name, conditions.get(name, lambda: answers(HEALTH[name])))


def answers(url):
    """Components but the API server certify themselves, so nobody's certificate is checked."""
    anyone = ssl.create_default_context()
    anyone.check_hostname, anyone.verify_mode = False, ssl.CERT_NONE
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=anyone))
    try:
        return direct.open(url, timeout=5).status == 200
    except OSError:
        return False


def containerd_answers():
    try:
        return bool(run("ctr", "--connect-timeout=1s", "version"))
    except Failed:
        return False


def node_is_ready():
    try:
        conditions = json.loads(kubectl("get", "node", settings.NAME, "--output=json"))["status"]["conditions"]
    except Failed:
        return False
    return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)
