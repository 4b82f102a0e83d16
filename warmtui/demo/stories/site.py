"""Work on a static site of field notes: posts, links, looks, translations."""

from __future__ import annotations

import re

from warmtui.demo import moves, tools
from warmtui.demo.steps import Project, Scene, Skill, Step, ask, say, turn

FIELDNOTES = Project("fieldnotes", "/home/maya/sites/fieldnotes")


def build(scene: Scene, pages: int | None = None) -> Step:
    """Build the site."""
    return tools.terminal(
        "npm run build", f"Wrote {pages or scene.number(120, 160)} files in 1.{scene.number(10, 99)} seconds"
    )


def new_post(subject: str, scene: Scene) -> list[Step]:
    """Turn a few words into a post."""
    slug = re.sub(r"[^a-z]+", "-", subject.lower())
    post = f"---\ntitle: {subject}\ntags: [birds, water]\n---\n\nAt first light I counted eleven of them.\n"
    steps: list[Step] = [
        ask(f'new post "{subject}". text: at first light I counted eleven of them. tags birds and water'),
        *moves.find(scene, "content/_template.md", "content/posts/_template.md", "---\ntitle:\ntags: []\n---\n"),
    ]
    if scene.gives_up:
        return steps
    return [
        *steps,
        tools.write_file(scene.project.root, f"content/posts/{slug}.md", post),
        build(scene),
        say(f"Written as content/posts/{slug}.md, and it builds."),
        ask(scene.pick("publish", "yes publish it", "good, push it")),
        *moves.push(scene, f"Post: {subject}"),
        say("It is online in a minute."),
    ]


def broken_links(scene: Scene) -> list[Step]:
    """Find links that lead nowhere."""
    count = scene.number(3, 9)
    page = f"content/posts/{scene.pick('reeds', 'mist', 'ice')}.md"
    report = f"{page}: /img/heron-{scene.number(1, 9)}.jpg not found\n{count} broken links"
    old, new = "(/img/heron.jpg)", "(/images/heron.jpg)"
    steps: list[Step] = [
        ask(
            scene.pick("are there broken links?", "check links", "the link checker complains, please have a look at it")
        ),
        tools.terminal("npm run check-links", report, 1),
        *moves.grep_by_hand(scene, "/img/", "content", (page, scene.number(3, 30), "![heron](/img/heron.jpg)")),
    ]
    if scene.gives_up:
        return steps
    return [
        *steps,
        *moves.edit(scene, page, "# Notes\n\n![heron](/img/heron.jpg)\n", old=old, new=new, guess="(img/heron.jpg)"),
        tools.terminal("npm run check-links", "0 broken links"),
        say(f"{count} links pointed at /img/, which is called /images/ since the move. All fixed."),
        *moves.thanks(scene),
    ]


def css_tweak(scene: Scene) -> list[Step]:
    """Change how something looks, back and forth."""
    size = scene.number(17, 20)
    css = "body {\n  font-size: 16px;\n  line-height: 1.5;\n}\n"
    return [
        ask("font bigger"),
        *moves.edit(
            scene.by(Skill.RECOVERS),
            "assets/main.css",
            css,
            old="  font-size: 16px;",
            new=f"  font-size: {size}px;",
            guess="  font-size: 1rem;",
        ),
        say(f"{size} pixels now."),
        ask("too big"),
        tools.patch(scene.project.root, "assets/main.css", f"  font-size: {size}px;", f"  font-size: {size - 1}px;"),
        say(f"{size - 1}."),
        ask("yes"),
        say("Anything else?"),
        ask("wrong, the headings stayed small. they should grow too"),
        *moves.edit(
            scene,
            "assets/headings.css",
            "h1 {\n  font-size: 20px;\n}\n",
            old="  font-size: 20px;",
            new="  font-size: 1.6em;",
            guess="  font-size: 1.25em;",
        ),
        *([] if scene.gives_up else [build(scene), say("The headings follow the text now."), ask("ok")]),
    ]


def translate(scene: Scene) -> list[Step]:
    """Translate a page: names and texts in many scripts."""
    japanese = "---\ntitle: 氷の上のサギ\n---\n\n夜明けに十一羽を数えた。\n"
    arabic = "---\ntitle: مالك الحزين على الجليد\n---\n\nعددت أحد عشر عند الفجر.\n"
    hebrew = "---\ntitle: אנפות על הקרח\n---\n\nספרתי אחת עשרה עם שחר.\n"
    root = scene.project.root
    return [
        ask("please translate the heron post to 日本語, العربية and עברית 🪶 keep the front matter"),
        *moves.find(
            scene,
            "content/herons.md",
            "content/posts/herons-on-the-ice.md",
            "---\ntitle: Herons on the ice\n---\n\nEleven.\n",
        ),
        turn(
            tools.write_file(root, "content/ja/氷の上のサギ.md", japanese),
            tools.write_file(root, "content/ar/مالك-الحزين.md", arabic),
            tools.write_file(root, "content/he/אנפות.md", hebrew),
            text="Three files, one for each language.",
        ),
        build(scene, 149),
        say("氷の上のサギ · مالك الحزين على الجليد · אנפות על הקרח. The right-to-left ones set dir=rtl 👩🏽\u200d🔬✅"),
        ask("素晴らしい、ありがとう！ 🙏"),
        say("どういたしまして。"),
    ]


def picture(scene: Scene) -> list[Step]:
    """Describe a picture that came with the message."""
    pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    return [
        ask(
            [
                {"type": "text", "text": "alt text for this one please, and put it into the post"},
                {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{pixel}"}},
            ]
        ),
        *moves.edit(
            scene,
            "content/posts/mist.md",
            "![](/images/mist.jpg)\n",
            old="![]",
            new="![Mist over the reeds at dawn]",
            guess="![mist]",
        ),
        say("“Mist over the reeds at dawn.”"),
        ask("[The user attached an image. Here's what it contains:\nA jetty in fog.]\nand this one?"),
        say("“A jetty that ends in fog.”"),
    ]
