#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Signs requests again with botocore, and compares: botocore_sign.py FILE [SESSION_TOKEN].

FILE has one request as JSON on each line, as a server on loopback received it.
"""

import json
import sys

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"  # Of AWS's documentation.


def signed(line, token):
    request = AWSRequest(method=line["method"], url=line["url"], data=line["body"].encode(),
                         headers=line["headers"])
    auth = SigV4Auth(Credentials("AKIDEXAMPLE", SECRET, token or None), line["service"],
                     line["region"])
    # What add_auth does, at the time of the request instead of now.
    request.context["timestamp"] = line["date"]
    auth._modify_request_before_signing(request)
    to_sign = auth.string_to_sign(request, auth.canonical_request(request))
    auth._inject_signature_to_request(request, auth.signature(to_sign, request))
    return request.headers["Authorization"], request.headers.get("X-Amz-Security-Token", "")


def main():
    token = sys.argv[2] if len(sys.argv) > 2 else ""
    with open(sys.argv[1], encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    wrong = 0
    for line in lines:
        expected = signed(line, token)
        if expected != (line["authorization"], line["sent_token"]):
            wrong += 1
            print(f"{line['headers']} {line['body']}\n  botocore: {expected[0]}\n"
                  f"  sent:     {line['authorization']}")
    if not wrong:
        print(f"{len(lines)} signatures agree")
    return 0


if __name__ == "__main__":
    sys.exit(main())
