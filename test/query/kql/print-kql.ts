import {
  hasWildcard,
  isStar,
  type KqlLiteral,
  type KqlNode,
} from '../../../src/query/kql/kql-tree.ts';

const SIGNS = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;
const BINDS = { or: 0, and: 1, not: 2, is: 3, range: 3, nested: 3 } as const;

/** A text that the parser makes this tree of. */
export function printKql(node: KqlNode): string {
  switch (node.kind) {
    case 'or':
    case 'and':
      return node.nodes.map((one) => below(one, node.kind)).join(` ${node.kind} `);
    case 'not':
      return `not ${below(node.node, 'not')}`;
    case 'nested':
      return `${literal(node.path)}: { ${printKql(node.node)} }`;
    case 'range':
      return `${literal(node.field)} ${SIGNS[node.operator]} ${literal(node.value)}`;
    case 'is':
      return node.field === null
        ? literal(node.value)
        : `${literal(node.field)}: ${literal(node.value)}`;
  }
}

/** The operators of one kind stand side by side in a node: those below are in brackets. */
function below(node: KqlNode, above: 'or' | 'and' | 'not'): string {
  const text = printKql(node);
  return BINDS[node.kind] > BINDS[above] ? text : `(${text})`;
}

function literal(one: KqlLiteral): string {
  if (one.isQuoted) return `"${one.parts[0]!.replaceAll(/[\\"]/g, '\\$&')}"`;
  if (isStar(one)) return '*';
  return one.parts.map((part) => unquoted(part, hasWildcard(one))).join('*');
}

function unquoted(text: string, isPart: boolean): string {
  const escaped = text
    .replaceAll(/[\\():<>"*{}]/g, '\\$&')
    .replaceAll(/(?<=^|[ \t\r\n\u00a0])(?:and|or|not)(?=$|[ \t\r\n\u00a0])/gi, '\\$&');
  // Space at an end would be no part of it.
  return isPart ? escaped : escaped.trim();
}
