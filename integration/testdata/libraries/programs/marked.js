import { Marked, marked, lexer, Renderer } from "marked";
import { report } from "../report.js";

const text = `# Title *emph* \`code\`

A paragraph with **bold**, _it_, ~~del~~, a [link](https://x.example/a?b=1&c=2 "title"), <https://auto.example>, www.bare.example,
an ![image](/a.png), a hard  
break, and &amp; entity © "quotes" <script>alert(1)</script>.

> quote
> > nested
> - list in quote

1. one
2. two
   - a
   - b

     para in b
3. - [ ] todo
   - [x] done

| a | b | c |
|:--|:-:|--:|
| 1 | 2 | \`x|y\` |
| *4* | 5 \\| 6 | |

\`\`\`js title
const a = "<b>";
\`\`\`

    indented code

***

Term[^1] [ref][id] [Id] ![ref img][id]

[id]: /url 'The title'

<div class="x">
*html*
</div>

Setext
======

Line\\*escaped\\* 5 < 6 & 7 > 3 snake_case_word __init__ 2**3 **中文**强调
`;

export default report(async (print) => {
  print(marked.parse(text));
  print(marked.parse(text, { gfm: false, breaks: true }));
  print(marked.parseInline("*a* `b` **c [d](e)**"));
  print(lexer("- a\n- b\n\n# h").map((t) => [t.type, t.raw]));
  const renderer = { heading({ tokens, depth }) { return `<h${depth} id="x">${this.parser.parseInline(tokens)}</h${depth}>\n`; }, link({ href, text: t }) { return `[${t}|${href}]`; } };
  const mine = new Marked({ renderer, async: true, extensions: [{ name: "wave", level: "inline", start: (s) => s.indexOf("~~~"), tokenizer(src) { const m = /^~~~(\w+)~~~/.exec(src); return m ? { type: "wave", raw: m[0], word: m[1] } : undefined; }, renderer: (t) => `<wave>${t.word}</wave>` }] });
  mine.use({ walkTokens: async (t) => { if (t.type === "text" && t.text === "late") t.text = await Promise.resolve("LATE"); }, hooks: { preprocess: (s) => s.replace("@@", "pre"), postprocess: (h) => h + "<!-- post -->" } });
  print(await mine.parse("# A @@ ~~~hi~~~ [l](h)\n\n- late"));
  print(new Renderer().hr(), marked.parse((text + "\n").repeat(40)).length);
});
