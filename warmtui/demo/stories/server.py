"""Work on a small server at home: disks, containers, certificates, backups."""

from __future__ import annotations

from warmtui.demo import moves, tools
from warmtui.demo.steps import Project, Scene, Skill, Step, ask, say

ATTIC = Project("attic", "/srv/attic", branch=None)


def disk_full(scene: Scene) -> list[Step]:
    """Make room on a disk, without doing what the person would regret."""
    used = scene.number(93, 99)
    volume = f"/srv/attic/cache/{scene.hex(8)}"
    return [
        ask(scene.pick("disk full again", "The home server complains about space. What eats it?")),
        tools.terminal(
            "df -h /srv", f"Filesystem  Size  Used Avail Use% Mounted on\n/dev/sda2   458G  431G  9.1G  {used}% /srv"
        ),
        tools.terminal(
            "du -xh --max-depth=2 /srv | sort -h | tail -4", f"61G /srv/photos\n88G {volume}\n212G /srv/attic"
        ),
        tools.awaits_approval(f"rm -rf {volume}", "recursive delete"),
        say(f"The cache under {volume} takes 88 GB. May I delete it?"),
        ask(scene.pick("no, only what is older than a month", "not all of it! only files older than 30 days")),
        tools.terminal(f"find {volume} -type f -mtime +30 -delete"),
        tools.terminal(
            "df -h /srv",
            f"Filesystem  Size  Used Avail Use% Mounted on\n/dev/sda2   458G  372G   68G  {used - 13}% /srv",
        ),
        say("59 GB are free again; everything of the last month is still there."),
        *moves.thanks(scene),
    ]


def denied(scene: Scene) -> list[Step]:
    """Try something a policy forbids, and accept it."""
    return [
        ask("turn the firewall off for a minute, I want to see whether it's to blame"),
        tools.blocked(
            "sudo ufw disable", "User denied this potentially dangerous action (matched 'firewall'). Do NOT retry."
        ),
        tools.terminal(
            "sudo ufw status numbered",
            f"[ 1] 22/tcp   ALLOW IN  Anywhere\n[ 2] {scene.number(8000, 9000)}/tcp ALLOW IN  10.0.0.0/8",
        ),
        say("You denied it, so I only looked: the port is open for the local network alone. That is the reason."),
        ask("ah right, that's it"),
    ]


def container_down(scene: Scene) -> list[Step]:
    """Find out why a container does not come up."""
    name = scene.pick("photos", "feeds", "wiki")
    port = scene.number(8080, 8099)
    ps = f"NAME    STATUS\n{name}  Restarting (1) {scene.number(3, 50)} seconds ago"
    steps: list[Step] = [
        ask(scene.pick(f"{name} is down", f"my {name} container keeps restarting since the update, can you see why?")),
        *moves.docker(scene, f"docker compose ps {name}", ps),
    ]
    if scene.gives_up:
        return [*steps, ask("I'll log in myself")]
    taken = f"Error: listen tcp 0.0.0.0:{port}: bind: address already in use"
    return [
        *steps,
        tools.terminal(f"sudo docker compose logs --tail 20 {name}", taken),
        tools.terminal(
            f"sudo ss -ltnp 'sport = :{port}'",
            f'LISTEN 0 511 *:{port} users:(("node",pid={scene.number(900, 9999)},fd=18))',
        ),
        tools.terminal("sudo systemctl stop old-dashboard"),
        tools.terminal(f"sudo docker compose up -d {name}", f"Container {name}  Started"),
        tools.terminal(f"curl -sf -o /dev/null -w '%{{http_code}}' http://localhost:{port}/", "200"),
        say(f"{name} runs again. An old dashboard held port {port}."),
        *moves.thanks(scene),
    ]


def certificate(scene: Scene) -> list[Step]:
    """Renew a certificate; the first look fails for a reason of its own."""
    days = scene.number(2, 6)
    steps: list[Step] = [
        ask("when does the certificate of the wiki run out? renew it if it's less than a week"),
        tools.terminal("curl -sv https://wiki.home.example.org/", "", 6, meaning="Could not resolve host"),
        tools.terminal(
            "curl -sv --resolve wiki.home.example.org:443:10.0.0.5 https://wiki.home.example.org/ 2>&1 | grep expire",
            f"*  expire date: in {days} days",
        ),
        *moves.find(
            scene, "/etc/caddy/conf.d/wiki", "conf.d/wiki.caddy", "wiki.home.example.org {\n  reverse_proxy :8085\n}\n"
        ),
    ]
    if scene.gives_up:
        return steps
    return [
        *steps,
        tools.terminal(
            "sudo systemctl reload caddy && sleep 20 && journalctl -u caddy -n 1", "certificate obtained successfully"
        ),
        tools.terminal(
            "diff /tmp/cert.before /tmp/cert.after",
            "1c1\n< old\n---\n> new",
            1,
            meaning="Files differ (expected, not an error)",
        ),
        say("It had less than a week, and is renewed: the two certificates differ."),
        ask("👍"),
    ]


def restore(scene: Scene) -> list[Step]:
    """Try whether a backup can be restored, in the background."""
    snapshot = scene.hex(8)
    target = f"/tmp/restore-{scene.hex(4)}"
    steps: list[Step] = [
        ask("I've never tried a restore. pick last night's snapshot, restore last week's photos to /tmp, and compare"),
        tools.terminal("restic snapshots --latest 1", f"{snapshot}  last night 03:00:04  attic  /srv"),
        *moves.long_job(
            scene,
            f"restic restore {snapshot} --include /srv/photos/2026-11 --target {target}",
            "[0:31] 22.10%",
            "restored 812 files\n",
        ),
    ]
    if scene.gives_up:
        return [*steps, ask("stop, that's enough for today")]
    return [
        *steps,
        tools.terminal(f"diff -rq /srv/photos/2026-11 {target}/srv/photos/2026-11"),
        say("All 812 files came back and none differs."),
        ask("wonderful, thanks! put it in the wiki that this was tested today"),
        tools.write_file("/srv/wiki", "backups.md", "Restore tested: 812 files, no difference.\n"),
        say("It is in the wiki."),
    ]


def read_only_mount(scene: Scene) -> list[Step]:
    """Write where one may not."""
    path = "/etc/restic/excludes"
    text = "/srv/attic/cache\n"
    steps = moves.mishap(
        scene,
        tools.not_writable(path, text),
        [tools.terminal(f"ls -l {path}", f"-rw-r--r-- 1 root root 18 Nov  1 03:00 {path}")],
        tools.terminal(f"echo /srv/attic/cache | sudo tee -a {path}", "/srv/attic/cache"),
        excuse=f"I may not write {path}.",
        help_="needs sudo, use tee",
    )
    return [
        ask("leave the cache out of the backup"),
        *steps,
        *([] if scene.gives_up else [say("The cache is left out now.")]),
    ]


def evening(scene: Scene) -> list[Step]:
    """Look after everything once, one thing after the other."""
    sure = scene.by(Skill.SURE)
    return [*disk_full(sure), *container_down(scene), *read_only_mount(scene), *denied(sure)]
