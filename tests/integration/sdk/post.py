"""Posts a file with the form on standard input, as users of the requests library do. Usage: post.py FILE < form.json"""
import json
import sys

import requests

form = json.load(sys.stdin)
with open(sys.argv[1], "rb") as file:
    reply = requests.post(form["url"], data=form["fields"], files={"file": file}, timeout=60)
print(reply.status_code, reply.text)
sys.exit(0 if reply.ok else 1)
