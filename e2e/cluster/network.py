"""The cable between machine and node, and the routes that let tests on the machine reach pods and Services."""

import json
from pathlib import Path

import settings
from node import init, machine, run
from steps import Failed, wait


def connect():
    node_net = f"{settings.NODE_ADDRESS}/{settings.NODE_PREFIX}"
    for addresses in (settings.PODS, settings.SERVICES, node_net):
        if json.loads(machine("ip", "-json", "route", "show", "root", addresses) or "[]"):
            raise Failed(f"this machine has a route into {addresses} already; is another cluster up?")
    link = settings.LINK
    machine("ip", "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", init())
    machine("ip", "address", "add", f"{settings.HOST_ADDRESS}/{settings.NODE_PREFIX}", "dev", link)
    machine("ip", "link", "set", link, "up")
    run("ip", "address", "add", node_net, "dev", "eth0")
    run("ip", "link", "set", "eth0", "up")
    # Without a route to Services, iptables would not even see what the node sends there. There is no way out to other networks.
    run("ip", "route", "add", settings.SERVICES, "dev", "eth0")
    for addresses in (settings.PODS, settings.SERVICES):
        machine("ip", "route", "add", addresses, "via", settings.NODE_ADDRESS)


def disconnect():
    """The routes go with the cable. It would go with the node, too, but at the kernel's leisure."""
    if connected():
        machine("ip", "link", "delete", settings.LINK)
        wait(lambda: not connected(), 10, Failed(f"the link {settings.LINK} stays"))


def connected():
    return Path(f"/sys/class/net/{settings.LINK}").exists()
