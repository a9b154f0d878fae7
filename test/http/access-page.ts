import { readFileSync, writeFileSync } from 'node:fs';
import { ACCESS_GROUPS } from '../../src/http/access-table.ts';
import { ROLES } from '../../src/principal.ts';

const PAGE = new URL('../../docs/security.md', import.meta.url);
const MARKS = /(<!-- access table -->\n)[\s\S]*?(<!-- end -->)/;

/** The access table as the page shows it. */
export function accessTable(): string {
  const head = ['what', 'routes', 'no token', ...ROLES];
  const rows = ACCESS_GROUPS.map(({ what, rule, routes }) => [
    what,
    routes.map((route) => `\`${route}\``).join('<br>'),
    rule === 'open' ? 'yes' : '',
    ...ROLES.map((role) => (rule === 'open' || rule.includes(role) ? 'yes' : '')),
  ]);
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `${lines.join('\n')}\n`;
}

/** The table that the page holds. */
export function writtenTable(): string | undefined {
  const [all, start, end] = MARKS.exec(readFileSync(PAGE, 'utf8')) ?? [];
  return all?.slice(start?.length, -(end?.length ?? 0));
}

// node test/http/access-page.ts writes it.
if (process.argv[1] === import.meta.filename) {
  const text = readFileSync(PAGE, 'utf8');
  writeFileSync(
    PAGE,
    text.replace(MARKS, (_all, start, end) => `${start}${accessTable()}${end}`),
  );
}
