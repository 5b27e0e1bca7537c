#!/usr/bin/env python3
"""A modem that is not ours: iaxmodem, and the exchange that rings it over IAX2.

    unshare --net --mount python3 iaxmodem_peer.py LINK

iaxmodem binds 0.0.0.0, so it gets a network of its own; its configuration has one fixed place, so
it gets a view of the file system of its own. LINK is where its port appears.

Prints "port LINK" and obeys lines on stdin:
    ring NUMBER   an IAX2 NEW frame with this calling number
    ring          one without
    hangup        the caller leaves
and prints what the exchange sees: "answered", "hung-up", "refused".
End of stdin ends it. After an unanswered call iaxmodem rejects the next NEW once; it is sent again.
"""

import os
import select
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time

MODEM = ("127.0.0.1", 4570)
VOICE, CONTROL, IAX = 2, 4, 6
ANSWER = 4
NEW, PING, PONG, ACK, HANGUP, REJECT, ACCEPT, LAGRQ, LAGRP = 1, 2, 3, 4, 5, 6, 7, 11, 12
IE_CALLED, IE_CALLING, IE_CALLING_NAME, IE_CAPABILITY, IE_FORMAT, IE_VERSION = 1, 2, 4, 8, 9, 11
IE_CALLING_PRES = 38
ULAW = 4
SLINEAR = 64


def say(text):
    print(text, flush=True)


class Call:
    """Our side of one IAX2 call (RFC 5456)."""

    def __init__(self, sock, number, source):
        self.sock, self.number, self.source = sock, number, source
        self.peer = 0
        self.began = time.monotonic()
        self.sent = self.expected = 0
        self.answered = False
        self.spoken = 0

    def stamp(self):
        return int((time.monotonic() - self.began) * 1000)

    def frame(self, kind, subclass, elements=b"", stamp=None):
        stamp = self.stamp() if stamp is None else stamp
        head = struct.pack(
            "!HHIBBBB", 0x8000 | self.source, self.peer, stamp, self.sent & 255, self.expected & 255, kind, subclass
        )
        self.sock.sendto(head + elements, MODEM)
        if not (kind == IAX and subclass == ACK):
            self.sent += 1

    def new(self):
        def element(number, value):
            return struct.pack("!BB", number, len(value)) + value

        elements = element(IE_VERSION, struct.pack("!H", 2)) + element(IE_CALLED, b"112")
        if self.number:
            elements += element(IE_CALLING, self.number.encode()) + element(IE_CALLING_NAME, b"PELAPOR")
        elements += element(IE_FORMAT, struct.pack("!I", SLINEAR))
        elements += element(IE_CAPABILITY, struct.pack("!I", SLINEAR | ULAW))
        self.frame(IAX, NEW, elements)

    def take(self, data):
        """Returns "over" when the call is."""
        if len(data) < 12 or not data[0] & 0x80:
            return None  # sound
        source, _, stamp, theirs, _, kind, subclass = struct.unpack("!HHIBBBB", data[:12])
        self.peer = source & 0x7FFF
        if kind == IAX and subclass == ACK:
            return None
        if theirs == self.expected & 255:
            self.expected += 1
        if kind == IAX and subclass in (PING, LAGRQ):
            self.frame(IAX, PONG if subclass == PING else LAGRP, stamp=stamp)
            return None
        self.frame(IAX, ACK, stamp=stamp)
        if kind == CONTROL and subclass == ANSWER and not self.answered:
            self.answered = True
            say("answered")
        if kind == IAX and subclass == HANGUP:
            say("hung-up")
            return "over"
        if kind == IAX and subclass == REJECT:
            return "rejected"
        return None

    def speak(self):
        """Twenty milliseconds of silence: a full frame first, small ones after it."""
        silence = bytes(320)
        if self.spoken == 0:
            self.frame(VOICE, SLINEAR, silence)
        else:
            self.sock.sendto(struct.pack("!HH", self.source, self.stamp() & 0xFFFF) + silence, MODEM)
        self.spoken += 1

    def hang_up(self):
        self.frame(IAX, HANGUP)


def start_modem(folder, link):
    config = os.path.join(folder, "etc")
    os.mkdir(config)
    with open(os.path.join(config, "ttyIAX"), "w") as out:
        out.write(
            f"device {link}\nowner root:root\nmode 660\nport {MODEM[1]}\nrefresh 0\nserver 127.0.0.1\n"
            "peername iaxmodem\nsecret none\ncidname SIAGA\ncidnumber 112\ncodec slinear\n"
        )
    logs = os.path.join(folder, "log")
    os.mkdir(logs)
    os.makedirs("/etc/iaxmodem", exist_ok=True)
    os.makedirs("/var/log/iaxmodem", exist_ok=True)
    for source, target in ((config, "/etc/iaxmodem"), (logs, "/var/log/iaxmodem")):
        subprocess.run(["mount", "--bind", source, target], check=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    return subprocess.Popen(["iaxmodem", "ttyIAX"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def serve(sock):
    call, retries, source = None, 0, 1
    while True:
        talking = call is not None and call.answered
        ready, _, _ = select.select([sys.stdin, sock], [], [], 0.02 if talking else None)
        if talking and time.monotonic() - call.began > 0.02 * call.spoken:
            call.speak()
        if sys.stdin in ready:
            line = sys.stdin.readline()
            if not line:
                return
            words = line.split()
            if words[:1] == ["ring"]:
                source += 1
                call, retries = Call(sock, words[1] if len(words) > 1 else "", source), 6
                call.new()
            elif words == ["hangup"] and call:
                call.hang_up()
                call = None
        if sock in ready:
            data, _ = sock.recvfrom(4096)
            outcome = call.take(data) if call else None
            if outcome == "over":
                call = None
            elif outcome == "rejected" and retries:
                retries -= 1
                time.sleep(1)
                source += 1
                call = Call(sock, call.number, source)
                call.new()
            elif outcome == "rejected":
                say("refused")
                call = None


def main():
    link = os.path.abspath(sys.argv[1])
    folder = tempfile.mkdtemp(prefix="siaga112-iax-")
    modem = start_modem(folder, link)
    try:
        deadline = time.monotonic() + 10
        while not os.path.exists(link):
            if time.monotonic() > deadline or modem.poll() is not None:
                sys.exit("iaxmodem made no port")
            time.sleep(0.02)
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(("127.0.0.1", 4569))
        say(f"port {link}")
        serve(sock)
    finally:
        modem.terminate()
        modem.wait(timeout=5)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
