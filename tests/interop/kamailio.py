"""A provider we log in at: Kamailio, with SIPp behind it as everybody else in the world."""

import pathlib
import subprocess

from office import LOGIN, free_ports

CONFIG = pathlib.Path(__file__).resolve().parent / "kamailio.cfg"


class Provider:
    """Kamailio at the office's trunk port; a context. `town` is the port of whoever calls or is called."""

    def __init__(self, office):
        self.folder = office.folder / "kamailio"
        self.folder.mkdir()
        self.port, self.town = office.trunk_port, free_ports()

    def __enter__(self):
        user, password = LOGIN
        words = {"PORT": self.port, "TOWN": self.town, "USER": f'"{user}"', "SECRET": f'"{password}"'}
        defined = [word for name, value in words.items() for word in ("-A", f"{name}={value}")]
        with open(self.folder / "log", "wb") as log:
            self.process = subprocess.Popen(
                ["kamailio", "-f", CONFIG, "-DD", "-E", "-m", "16", "-M", "4", "-Y", self.folder,
                 "-P", self.folder / "pid", *defined],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
            )
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
