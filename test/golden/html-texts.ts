import { generateText } from './strings.ts';

type Random = (bound: number) => number;

const pick = <T>(random: Random, of: readonly T[]): T => of[random(of.length)]!;

/** Every beginning that the grammar of HTML knows, whole and cut off, and what may stand behind it. */
const ATOMS: readonly string[] = [
  ...[
    '<',
    '>',
    '/',
    '</',
    '<a',
    '<b',
    '<p',
    '<br',
    '<BR',
    '<script',
    '<style',
    '</script>',
    '</style>',
  ],
  ...[
    '</ script >',
    '<!--',
    '-->',
    '--',
    '<!--#',
    '<![CDATA[',
    ']]>',
    '<!',
    '<?',
    '?>',
    '/>',
    '&',
    '&#',
  ],
  ...[
    '&#x',
    '&amp;',
    '&amp',
    '&lt;',
    '&nbsp;',
    '&eacute',
    '&sube;',
    '&notin;',
    '&there4;',
    '&QUOT;',
    '&Amp;',
  ],
  ...[
    '&#65;',
    '&#x41;',
    '&#xd83d;&#xde00;',
    '&#55357;&#56832;',
    '&#55357;&#xde00;',
    '&#xd83d;&#56832;',
  ],
  ...['&#55296', '&#xD800;', '&#1114112;', '&#1114111;', '&#x1F600;', '&#12345678;', '&#xFFFFFF;'],
  ...[
    ' ',
    ' ',
    '\n',
    '\u00a0',
    '\u2003',
    '=',
    ' = ',
    "'",
    '"',
    '\\',
    "\\'",
    '\\"',
    '-',
    '!',
    '#',
    ';',
    '[',
  ],
  ...[
    'x',
    'foo',
    'Bar',
    'é',
    '漢',
    '😀',
    '𐐀',
    'span',
    'DIV',
    'strong',
    'select',
    'br',
    'script',
    '1',
  ],
  ...[
    'onClick="',
    "href='",
    ' a="',
    ':b',
    '_c',
    '\u180e',
    '\u0560',
    '<İ>',
    '</K>',
    '<\u212a>',
    'ſ',
  ],
];

const NAMES = 'a b i p div span br BR script style em h1 IMG x:y td'.split(' ');
const RESTS: readonly string[] = [
  ...['', '', '/', ' /', ' ', ' a=b', ' a="x>y"', " a='x>y'", ' onclick="a<b>c"', ' a = "q\\"r"'],
  ...[
    ' x <!--# echo "-->" -->',
    ' a="<b>" c',
    ' disabled',
    '="x"',
    "=\n a='<'",
    " onLoad = '>\\'<'",
  ],
];

/** A text with pieces of HTML, in order and out of order. */
export function generateHtml(random: Random): string {
  let text = '';
  for (let left = 1 + random(14); left > 0; left -= 1) {
    const kind = random(10);
    if (kind < 5) text += pick(random, ATOMS);
    else if (kind < 7) {
      text += `<${pick(random, ['', '/', ' ', '/ '])}${pick(random, NAMES)}${pick(random, RESTS)}`;
      text += pick(random, ['>', '>', '>', '>', '', '<']);
    } else if (kind < 8) text += generateText(random).slice(0, 12);
    else text += pick(random, ['foo', 'bar baz', ' ', ' qux ']);
  }
  return text;
}

const PAGE =
  '<!DOCTYPE html><html><head><title>T &amp; U</title><style type="text/css">p { a: "</style x"; } ' +
  '<!-- \'</style>\' --> </style><script>if (a < b && "</script") { "\\"</p>" } <!-- "</script>" --></script>' +
  '</head><body class="a" onload="x(\'<b>\')"><p>One<br>two<br/>three &lt;b&gt; caf&eacute;s &#8364; &#x20AC;5</p>' +
  '<!-- no <!--# echo var="-->" --> still --><ul><li>a</li><li>b</ul><a href="http://x.y/?a=b&c=d">li<b>nk</b></a> ' +
  'x&nbsp;y &nosuch; &copy 2020 &copy;</body></html>';

/** Texts that the golden tokens of chains with `html_strip` have in addition. */
export const HTML_TEXTS: readonly string[] = [
  PAGE,
  PAGE.toUpperCase(),
  'a<b>b</b>c<i>d</ i >e<p>f</p>g< div x=y>h<custom-tag/>i',
  'a<brx>b<br=x>c</br>d<br<e',
  '<!foo -- bar> baz --> qux <!-->a-->b <![CDATA[a<b>&amp;]]>d <![cdata[a]]>e',
  '<?xml a="b"?>x<?php /> ?>y<?>z<??>',
  'a<script>b</script >c<scripty>d</script>e<style>f',
  "a<script><!-- ' -->b</script>c",
  "a<tt>b</tt>c<abbr>d</abbr>e<sup>f</sup>g<h1>h</h1>i<p <!--# '>' > --> x>j",
  'one <a',
  'one <a href',
  'one </a',
  'one <!-- two',
  'one <! two',
  '&lt;&lt&gt; &frac12; &there4; &sup2;&sup23; &#56320;&#xDC00; &#55357;&#56832; &#x1F600; &#1114112; &amp',
  '<p onfocus = "a\\"b>c">d<p title="e>f">g<p a="<">h',
  '<😀>a<𐐀 a=b>b</𐐀>c<\u0085p\u3000>d<\u212abd>e<İ>f',
];
