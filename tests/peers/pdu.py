#!/usr/bin/env python3
"""Two PDU codecs that are not ours, asked line by line.

One JSON object per line on stdin, one per line on stdout:
  {"ask": "submit", "hex": …}          a SUBMIT, read by smspdudecoder and by gsmmodem
  {"ask": "deliver", "hex": …}         a DELIVER, likewise
  {"ask": "write", "to": …, "text": …} SUBMITs written by gsmmodem
"""

import json
import sys

from gsmmodem import pdu as gsmmodem
from smspdudecoder import easy
from smspdudecoder.fields import SMSDeliver, SMSSubmit
from io import StringIO


def by_smspdudecoder(kind, hexa):
    reader = SMSSubmit if kind == "submit" else SMSDeliver
    fields = reader.decode(StringIO(hexa))
    read = (easy.read_outgoing_sms if kind == "submit" else easy.read_incoming_sms)(hexa)
    part = [
        [e["data"]["reference"], e["data"]["part_number"], e["data"]["parts_count"]]
        for e in (fields["user_data"].get("header") or {}).get("elements", [])
        if e["iei"] in (0, 8)
    ]
    return {
        "number": read["recipient" if kind == "submit" else "sender"],
        "text": read["content"],
        "time": read["date"].isoformat() if "date" in read else None,
        "part": part[0] if part else None,
    }


def by_gsmmodem(hexa):
    read = gsmmodem.decodeSmsPdu(hexa)
    part = [
        [e.reference, e.number, e.parts]
        for e in read.get("udh", [])
        if isinstance(e, gsmmodem.Concatenation)
    ]
    return {
        "number": read.get("destination") or read.get("number"),
        "text": read["text"],
        "time": read["time"].isoformat() if "time" in read else None,
        "part": part[0] if part else None,
        "octets": read["tpdu_length"],
    }


def answer(question):
    if question["ask"] == "write":
        pdus = gsmmodem.encodeSmsSubmitPdu(
            question["to"], question["text"], reference=7, requestStatusReport=True
        )
        return {"hex": [str(p) for p in pdus], "octets": [p.tpduLength for p in pdus]}
    kind, hexa = question["ask"], question["hex"]
    return {"smspdudecoder": by_smspdudecoder(kind, hexa), "gsmmodem": by_gsmmodem(hexa)}


for line in sys.stdin:
    question = json.loads(line)
    try:
        print(json.dumps(answer(question)), flush=True)
    except Exception as error:  # the test shows what the stranger could not read
        print(json.dumps({"error": repr(error), "question": question}), flush=True)
