"""Pairs of error lines that are the same fault, and pairs that are not: each once looked like the other kind."""

from __future__ import annotations

import pytest

from warmtui.profiling.signatures import signature

SAME = [
    # Files, folders, places in them.
    ("cannot open 'a b.txt' for reading: No such file", "cannot open 'my notes.md' for reading: No such file"),
    ("src/app.py:12:5: E999 SyntaxError: invalid syntax", "lib/x/y.py:3:17: E999 SyntaxError: invalid syntax"),
    ("app.py:12: error: Missing return statement", "services/rates.py:340: error: Missing return statement"),
    ("ls: cannot access '/srv/a': No such file or directory", "ls: cannot access 'b/': No such file or directory"),
    ("cat: notes.txt: No such file or directory", "cat: docs/old/plan: No such file or directory"),
    ("cat: Makefile: No such file or directory", "cat: /etc/foo.conf: No such file or directory"),
    ("bash: line 1: /tmp/run.sh: Permission denied", "bash: line 7: ./build.sh: Permission denied"),
    (r"Cannot find path 'C:\Users\ann\x.txt'", r"Cannot find path 'D:\work\my file.txt'"),
    (r"C:\work\a.py is locked", r"D:\Program Files\b.py is locked"),
    ("open ~/notes.md: is a directory", "open /home/u/.config/app: is a directory"),
    ("/tmp/tmpab12cd/main.c:3: undefined reference", "/tmp/tmp_9x8/util.c:77: undefined reference"),
    ("/var/folders/zz/T/tmp.Xy12/out: not a tty", "/tmp/tmp.a8FkQ/out: not a tty"),
    ("File not found: C:/data/run.csv", "File not found: data/run-2.csv"),
    ("File not found: файл.txt", "File not found: отчёт.docx"),
    ("Could not read src/[slug]/page.tsx", "Could not read src/(group)/layout.tsx"),
    # Numbers, sizes, times, percentages.
    ("Timed out after 30s", "Timed out after 120s"),
    ("timed out after 30 seconds", "timed out after 1,200 seconds"),
    ("request took 1.5ms, limit 1ms", "request took 250ms, limit 100ms"),
    ("need 3.2GB, 512MB free", "need 12GB, 1.5GB free"),
    ("progress stopped at 40%", "progress stopped at 7.5%"),
    ("expected 3 arguments, got 2", "expected 12 arguments, got 0"),
    ("offset -5 out of range", "offset 1_000 out of range"),
    ("exit code: 1", "exit code: 137"),
    ("rate limit: retry at 12:00:05", "rate limit: retry at 9:41"),
    ("token expired at 2024-05-13T10:00:00Z", "token expired at 2025-01-02 23:59:59.123"),
    ("worker died (pid 811)", "worker died (pid 90210)"),
    # Ids, addresses, hashes.
    ("no such commit 3f9a0c1", "no such commit 0d51c2e9b4"),
    ("bad object deadbeef", "bad object 4b825dc642cb6eb9a060e54bf8d69288fbee4904"),
    ("order 550e8400-e29b-41d4-a716-446655440000 is closed", "order 123e4567-e89b-12d3-a456-426614174000 is closed"),
    ("connect to 10.0.0.1:5432 refused", "connect to 192.168.178.20:3306 refused"),
    ("connect to [::1]:5432 refused", "connect to [fe80::1]:80 refused"),
    ("connect to localhost:5432 refused", "connect to localhost:8080 refused"),
    ("could not resolve host: api.example.org", "could not resolve host: db.internal.example.com"),
    ("mail to ann@example.org bounced", "mail to bob.x@mail.example.com bounced"),
    ("fetch https://a.example/x failed", "fetch ftp://b.example/y?z=1 failed"),
    ("container web-1 is not running", "container db-22 is not running"),
    ("job proc_7 is gone", "job proc_12 is gone"),
    ("segfault at 0x7ffe12 ip 0xdead", "segfault at 0x10 ip 0xbeef"),
    # Quoted words.
    ("Unknown column `usr` in `users`", "Unknown column `total` in `orders`"),
    ("No module named 'yaml.nodes'", "No module named 'x'"),
    ("key \u201cname\u201d is missing", "key \u201caddress line\u201d is missing"),
    ("unknown option \u00abforce\u00bb", "unknown option \u00abdry run\u00bb"),
    ("can't find 'it's here'", "can't find 'x'"),
    ("KeyError: 'rain'", 'KeyError: "rain in spain"'),
]

APART = [
    ("No such file or directory", "Not a directory"),
    ("cannot open 'a.txt' for reading", "cannot open 'a.txt' for writing"),
    ("ValueError: invalid literal", "TypeError: invalid literal"),
    ("HTTP 404 Not Found for https://a.example", "HTTP 403 Forbidden for https://a.example"),
    ("connect to localhost:5432 refused", "connect to localhost:5432 timed out"),
    ("module 'os' has no attribute 'x'", "module 'os' has no member 'x'"),
    ("3 tests failed", "3 tests timed out"),
    ("old_string not found in app.py", "old_string is not unique in app.py"),
    ("payment method not found", "user not found"),
    ("missing key 'name'", "unexpected key 'name'"),
    ("and/or expression expected", "statement expected"),
    ("error TS2345: Argument is not assignable", "error TS2304: Cannot find name"),
    ("E0502: cannot borrow as mutable", "E0382: use of moved value"),
    ("SQLSTATE 23505: duplicate key", "SQLSTATE 42703: undefined column"),
    ("Permission denied: /etc/hosts", "Read-only file system: /etc/hosts"),
    ("line 3: unexpected EOF", "line 3: unexpected token"),
    ("read timeout", "write timeout"),
    ("int is not iterable", "str is not iterable"),
    ("does not fit: too long", "does not fit: too short"),
    ("TLS handshake failed", "DNS lookup failed"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_fault_elsewhere_has_the_same_signature(one: str, other: str) -> None:
    assert signature("tool", one) == signature("tool", other)


@pytest.mark.parametrize(("one", "other"), APART)
def test_another_fault_has_another_signature(one: str, other: str) -> None:
    assert signature("tool", one) != signature("tool", other)
