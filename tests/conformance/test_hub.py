"""The hub as a running process: two trusts exchange through it alone, its pages are read, it fills up, stops and heals.

Usage: test_hub.py PROGRAM. Loopback only; every wait is bounded.
"""

import http.client
import json
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else "evenhand"
WAIT_S = 60  # far more than anything here takes; sanitizers and a busy machine included


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Hub:
    """`evenhand hub serve` in the background; what it says is read line by line until it serves."""

    def __init__(self, config):
        self.process = subprocess.Popen([PROGRAM, "hub", "serve", "--config", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.said = []
        for line in self.process.stderr:
            self.said.append(line)
            if line.startswith("Serving "):
                return
        raise AssertionError(f"the hub did not come up: {self.said}")

    def stop(self):
        """Ends it as systemd does; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        self.said += self.process.communicate(timeout=WAIT_S)[1].splitlines()
        return self.process.returncode

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate(timeout=WAIT_S)


class RunningHub(unittest.TestCase):
    def setUp(self):
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="evenhand-hub-"))
        self.addCleanup(shutil.rmtree, self.scratch, ignore_errors=True)
        self.port, self.pages = free_port(), free_port()
        self.config = self.scratch / "hub.json"
        self.configure({})
        self.hub = None
        self.host, self.guest = self.scratch / "host", self.scratch / "guest"
        self.must(self.host, "init", "--name", "Northfen Trust", "--short-name", "NFT", "--device", "EDI laptop")
        self.must(self.guest, "init", "--name", "Westfen Trust", "--short-name", "WFT", "--device", "board room laptop")
        self.must(self.host, "cycle", "add", "EDS 2026/27")
        self.pair()
        self.must(self.guest, "space", "use", "NFT")
        self.let_the_hub_in()

    def tearDown(self):
        if self.hub:
            self.hub.kill()

    def configure(self, quota):
        self.config.write_text(json.dumps({"title": "Test hub", "data": str(self.scratch / "data"), "listen": f"127.0.0.1:{self.port}",
                                           "metrics": f"127.0.0.1:{self.pages}", "quota": quota}), encoding="utf-8")

    def run_program(self, *words):
        return subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, timeout=WAIT_S, stdin=subprocess.DEVNULL)

    def at(self, workspace, *words):
        return self.run_program("--workspace", workspace, *words)

    def must(self, workspace, *words):
        done = self.at(workspace, *words)
        self.assertEqual(done.returncode, 0, f"{words}: {done.stdout}{done.stderr}")
        return done.stdout

    def pair(self):
        with subprocess.Popen([PROGRAM, "--workspace", str(self.host), "pair", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as host:
            try:
                code = host.stdout.readline().strip()
                self.must(self.guest, "pair", code, "--device", "board room laptop")
                host.communicate(timeout=WAIT_S)
            finally:
                host.kill()

    def let_the_hub_in(self):
        invitation, reply = self.scratch / "invitation", self.scratch / "reply"
        self.must(self.host, "hub", "invite", "--to", invitation)
        accepted = self.run_program("hub", "accept", invitation, "--to", reply, "--config", self.config, "--json")
        self.assertEqual(accepted.returncode, 0, accepted.stderr)
        address = f"127.0.0.1:{self.port}"
        self.must(self.host, "hub", "admit", reply, "--address", address, "--yes")
        self.must(self.guest, "hub", "use", json.loads(accepted.stdout)["key"], "--address", address)

    def call(self, workspace):
        return self.at(workspace, "sync", "now", "hub")

    def exchange(self, *workspaces):
        for workspace in workspaces:
            done = self.call(workspace)
            self.assertEqual(done.returncode, 0, f"{done.stdout}{done.stderr}{self.hub.said}")

    def page(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.pages, timeout=WAIT_S)
        connection.request("GET", path)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8")
        connection.close()
        return answer.status, text

    def metric(self, name):
        found = re.search(rf"^evenhand_hub_{name} (\d+)$", self.page("/metrics")[1], re.MULTILINE)
        self.assertIsNotNone(found, name)
        return int(found.group(1))

    def digest(self, workspace):
        """The log digest of the space that both share: the last one that `log verify` says."""
        return re.findall(r"log digest +([0-9a-f]{64})", self.must(workspace, "log", "verify"))[-1]

    def test_two_trusts_exchange_through_it_it_stops_when_told_and_heals_when_wiped(self):
        self.hub = Hub(self.config)
        self.must(self.host, "service", "add", "Virtual wards")
        self.must(self.guest, "service", "add", "Stroke unit")
        self.exchange(self.host, self.guest, self.host)
        self.assertIn("Virtual wards", self.must(self.guest, "service", "list"))
        self.assertIn("Stroke unit", self.must(self.host, "service", "list"))
        self.assertEqual(self.digest(self.host), self.digest(self.guest))

        self.assertEqual(self.page("/health"), (200, "well\n"))
        self.assertEqual(self.page("/elsewhere")[0], 404)
        kept = self.metric("stored_frames")
        self.assertGreater(kept, 0)
        self.assertGreater(self.metric("bytes_given_total"), 0)
        self.assertEqual(self.metric("sessions_in_step_total"), 3)
        self.assertEqual(self.metric("sessions_open"), 0)

        self.assertEqual(self.hub.stop(), 0, self.hub.said)
        self.assertTrue(self.hub.said[-1].startswith("Stopped."), self.hub.said)
        self.assertEqual(self.call(self.host).returncode, 8)
        for word in ("Virtual wards", "Stroke unit"):
            for file in (self.scratch / "data").rglob("*"):
                self.assertNotIn(word.encode(), file.read_bytes() if file.is_file() else b"", file)

        shutil.rmtree(self.scratch / "data" / "store")
        self.hub = Hub(self.config)
        self.assertEqual(self.metric("stored_frames"), 0)
        self.must(self.guest, "service", "add", "Maternity")
        self.exchange(self.host, self.guest, self.host)
        self.assertIn("Maternity", self.must(self.host, "service", "list"))
        self.assertEqual(self.digest(self.host), self.digest(self.guest))
        self.assertGreaterEqual(self.metric("stored_frames"), kept)
        self.assertEqual(self.hub.stop(), 0, self.hub.said)

    def test_whoever_was_removed_or_was_never_in_is_told_so_in_a_sentence(self):
        self.hub = Hub(self.config)
        self.exchange(self.host, self.guest)
        key = next(one["device"] for one in json.loads(self.must(self.guest, "sync", "partners", "--json")) if one["hub"])
        self.must(self.host, "partner", "remove", "Westfen", "--yes")
        self.exchange(self.host)
        told = self.call(self.guest)
        self.assertEqual(told.returncode, 7, told.stdout + told.stderr)
        self.assertIn("this laptop was removed from", told.stdout)
        self.assertIn("removed, in use", self.must(self.guest, "space", "list"))
        stranger = self.scratch / "stranger"
        self.must(stranger, "init", "--name", "Eastfen Trust")
        self.must(stranger, "hub", "use", key, "--address", f"127.0.0.1:{self.port}")
        told = self.call(stranger)
        self.assertEqual(told.returncode, 1, told.stdout + told.stderr)
        self.assertIn("this device is no member of any space of this hub", told.stdout)
        self.assertEqual(self.metric("strangers_total"), 1)

    def test_a_laptop_put_back_unnoticed_is_in_step_with_it_on_both_branches(self):
        self.hub = Hub(self.config)
        self.exchange(self.host, self.guest)
        before = {file: file.read_bytes() for file in self.host.rglob("*") if file.is_file()}
        for service in ("Virtual wards", "Stroke unit", "Maternity"):
            self.must(self.host, "service", "add", service)
        self.exchange(self.host, self.guest)
        for file in [file for file in self.host.rglob("*") if file.is_file() and file not in before]:
            file.unlink()
        for file, content in before.items():
            file.write_bytes(content)  # in place: to the laptop its store is the same as ever
        self.must(self.host, "service", "add", "Podiatry")  # the shorter branch
        self.exchange(self.host, self.guest, self.host)
        for workspace in (self.host, self.guest):
            listed = self.must(workspace, "service", "list")
            for service in ("Virtual wards", "Stroke unit", "Maternity", "Podiatry"):
                self.assertIn(service, listed)
        self.assertEqual(self.digest(self.host), self.digest(self.guest))
        self.assertIn("FORKED: 2 branches", self.must(self.host, "log", "verify"))
        self.must(self.host, "service", "add", "Dietetics")
        self.exchange(self.host, self.guest)
        self.assertEqual(self.digest(self.host), self.digest(self.guest))
        self.assertEqual(self.hub.stop(), 0, self.hub.said)

    def add_letter(self, text):
        letter = self.scratch / "letter.txt"
        letter.write_text(text, encoding="utf-8")
        self.must(self.host, "evidence", "add", "Interpreters at every appointment", "--outcome", "1A")
        self.must(self.host, "evidence", "attach", "Interpreters", letter, "--title", "The letter")
        self.must(self.host, "share", "copy", "Interpreters")
        self.must(self.host, "share", "copy", "The letter")

    def holds(self, folder, text):
        return any(text.encode() in file.read_bytes() for file in folder.rglob("*") if file.is_file())

    def test_attachments_go_through_it_sealed_and_again_after_a_wipe(self):
        self.hub = Hub(self.config)
        canary = "canary of the letter, in full and at some length"
        self.add_letter("x" * 600_000 + canary)
        self.exchange(self.host)
        self.assertEqual(self.metric("stored_attachment_pieces"), 4)  # an outline and three chunks
        self.assertGreater(self.metric("stored_attachment_bytes"), 600_000)
        self.assertIn("1 attachments taken", self.hub_line(1))
        self.assertEqual(self.hub.stop(), 0, self.hub.said)
        self.assertFalse(self.holds(self.scratch / "data", canary))

        shutil.rmtree(self.scratch / "data" / "store")
        self.hub = Hub(self.config)
        self.assertEqual(self.metric("stored_attachment_pieces"), 0)
        self.exchange(self.host)
        done = self.call(self.guest)
        self.assertEqual(done.returncode, 0, f"{done.stdout}{done.stderr}{self.hub.said}")
        self.assertNotIn("not here yet", done.stdout + done.stderr)
        self.assertNotIn("not here yet", self.must(self.guest, "status"))
        self.assertTrue(self.holds(self.guest, canary))
        self.assertEqual(self.metric("attachment_pieces_given_total"), 4)
        self.assertEqual(self.hub.stop(), 0, self.hub.said)

    def hub_line(self, at_least):
        """What the hub has said of sessions; waits for as many lines, which come when a session is over."""
        while sum("session with" in line for line in self.hub.said) < at_least:
            self.hub.said.append(self.hub.process.stderr.readline())
        return "".join(self.hub.said)

    def test_attachments_wait_for_room_at_the_hub_or_a_file_and_both_status_and_sync_say_so(self):
        self.configure({"bytes_per_organisation": 200_000})
        self.hub = Hub(self.config)
        self.add_letter("x" * 600_000)
        full = self.call(self.host)
        self.assertNotEqual(full.returncode, 0)
        self.assertIn("1 attachment is not on the hub: the hub keeps at most 200000 bytes of one organisation", full.stdout + full.stderr)
        done = self.call(self.guest)
        self.assertEqual(done.returncode, 0, f"{done.stdout}{done.stderr}{self.hub.said}")
        self.assertIn("1 attachment is not here yet", done.stderr)
        self.assertIn("1 attachment is not here yet", self.must(self.guest, "status"))
        self.assertEqual(json.loads(self.must(self.guest, "status", "--json"))["attachments_lacking"], 1)
        self.assertNotIn("not here yet", self.must(self.host, "status"))
        stick = self.scratch / "stick.evenhand"
        self.must(self.host, "sync", "send", "--to", stick)
        self.must(self.guest, "sync", "receive", stick)
        self.assertNotIn("not here yet", self.must(self.guest, "status"))

    def test_a_full_hub_says_so_in_a_sentence_and_takes_more_once_it_has_room(self):
        self.configure({"bytes_per_space": 1})
        self.hub = Hub(self.config)
        self.must(self.host, "service", "add", "Virtual wards")
        full = self.call(self.host)
        self.assertNotEqual(full.returncode, 0)
        self.assertIn("the hub keeps at most 1 bytes", full.stdout + full.stderr)
        self.assertIn("Ask whoever runs the hub for more room", full.stdout + full.stderr)
        self.assertEqual(self.metric("stored_frames"), 0)
        self.assertGreater(self.metric("refusals_total"), 0)
        self.assertEqual(self.page("/health")[0], 200)
        self.assertEqual(self.hub.stop(), 0, self.hub.said)

        self.configure({})
        self.hub = Hub(self.config)
        self.exchange(self.host, self.guest)
        self.assertIn("Virtual wards", self.must(self.guest, "service", "list"))
        self.assertEqual(self.hub.stop(), 0, self.hub.said)


if __name__ == "__main__":
    unittest.main()
