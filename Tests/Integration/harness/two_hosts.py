"""Tests with two hosts and a cable between them."""

from . import host, network
from .case import Case
from .network import Cable


class TwoHosts(Case):
    """Jobs on the left host, who talk to the right one."""

    def setUp(self) -> None:
        super().setUp()
        self.need_groups()
        self.need(host.is_root, "root")
        missing = network.obstacle()
        self.need(missing is None, missing)
        self.cable = Cable()
        self.addCleanup(self.cable.close)
