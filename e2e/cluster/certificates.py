"""The cluster's own certificate authority, made anew for each cluster, and what it signs."""

import base64
import json

import settings
from node import machine

# Clients such as rustls refuse a server certificate that could sign others; openssl's own defaults make one.
OPENSSL = """
[req]
distinguished_name = subject
[subject]
[authority]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
[member]
basicConstraints = critical, CA:false
extendedKeyUsage = serverAuth, clientAuth
"""

# Who they are to the API server: name and group.
CLIENTS = {
    "admin": ("admin", "system:masters"),
    "kube-apiserver-kubelet": ("kube-apiserver-kubelet", "system:masters"),
    "kube-controller-manager": ("system:kube-controller-manager", ""),
    "kube-scheduler": ("system:kube-scheduler", ""),
    "kube-proxy": ("system:kube-proxy", ""),
    "kubelet": (f"system:node:{settings.NAME}", "system:nodes"),
}


def file(name):
    return settings.CERTIFICATES / name


def make():
    file("openssl.cnf").write_text(OPENSSL)
    # Of an authority that signs nothing: no aggregated API is called, but components look for who might call in others' names.
    for authority in ("ca", "front-proxy-ca"):
        certificate(authority, f"/CN={settings.NAME}-{authority}", "-extensions", "authority")
    names = ["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"]
    addresses = ["127.0.0.1", settings.NODE_ADDRESS, settings.API_SERVICE]
    alternatives = [f"DNS:{name}" for name in names] + [f"IP:{address}" for address in addresses]
    signed("kube-apiserver", "/CN=kube-apiserver", "-addext", f"subjectAltName={','.join(alternatives)}")
    for client, (name, group) in CLIENTS.items():
        signed(client, (f"/O={group}" if group else "") + f"/CN={name}")
        kubeconfig(client).write_text(json.dumps(config(client), indent=2))
    machine("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", file("tokens.key"))
    machine("openssl", "pkey", "-in", file("tokens.key"), "-pubout", "-out", file("tokens.pub"))


def signed(name, subject, *options):
    certificate(name, subject, "-CA", file("ca.crt"), "-CAkey", file("ca.key"), "-extensions", "member", *options)


def certificate(name, subject, *options):
    machine("openssl", "req", "-x509", "-config", file("openssl.cnf"), "-days", 30, "-subj", subject,
            "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc",
            "-keyout", file(f"{name}.key"), "-out", file(f"{name}.crt"), *options)


def kubeconfig(client):
    return settings.KUBECONFIG if client == "admin" else settings.CONFIG / f"{client}.kubeconfig"


def config(client):
    """A kubeconfig file with everything in it; JSON is YAML."""
    def data(name):
        return base64.b64encode(file(name).read_bytes()).decode()
    user = {"client-certificate-data": data(f"{client}.crt"), "client-key-data": data(f"{client}.key")}
    cluster = {"server": settings.API_SERVER, "certificate-authority-data": data("ca.crt")}
    return {
        "apiVersion": "v1", "kind": "Config", "current-context": settings.NAME,
        "clusters": [{"name": settings.NAME, "cluster": cluster}],
        "users": [{"name": client, "user": user}],
        "contexts": [{"name": settings.NAME, "context": {"cluster": settings.NAME, "user": client}}],
    }
