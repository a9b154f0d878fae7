import type { Ir } from '../ir.ts';
import type { MultiLeaf, Span, SpanGap, SpansLeaf } from './span.ts';

interface Keyed {
  readonly ir: Ir;
  readonly key: string;
}

interface KeyedSpan {
  readonly span: Span | SpanGap;
  readonly key: unknown;
}

/**
 * The simplest equal clause and its canonical text. Clauses keep their order, which can matter.
 * @param keyed of the patterns inside
 */
export function spansLeaf({ span: given }: SpansLeaf, keyed: (leaf: Ir) => Keyed): Keyed {
  const simplest = (span: Span | SpanGap): KeyedSpan => {
    switch (span.op) {
      case 'term':
        return { span, key: ['term', span.field, span.value] };
      case 'never':
        return { span, key: ['never', span.field] };
      case 'gap':
        return { span, key: ['gap', span.width] };
      case 'multi': {
        const { ir, key } = keyed(span.leaf);
        const most = span.most === undefined ? [] : [span.most];
        return { span: { ...span, leaf: ir as MultiLeaf }, key: ['multi', key, ...most] };
      }
      case 'near': {
        const clauses = span.clauses.map(simplest);
        if (clauses.length === 1) return clauses[0]!;
        const keys = clauses.map(({ key }) => key);
        return {
          span: { ...span, clauses: clauses.map((clause) => clause.span) },
          key: ['near', span.slop, span.inOrder, ...keys],
        };
      }
      case 'or': {
        const clauses = span.clauses.map(simplest);
        if (clauses.length === 1) return clauses[0]!;
        const keys = clauses.map(({ key }) => key);
        return {
          span: { op: 'or', clauses: clauses.map((clause) => clause.span as Span) },
          key: ['or', ...keys],
        };
      }
      case 'not': {
        const [include, exclude] = [simplest(span.include), simplest(span.exclude)];
        return {
          span: { ...span, include: include.span as Span, exclude: exclude.span as Span },
          key: ['not', include.key, exclude.key, span.pre, span.post],
        };
      }
      case 'first': {
        const match = simplest(span.match);
        return {
          span: { ...span, match: match.span as Span },
          key: ['first', match.key, span.end],
        };
      }
      case 'containing':
      case 'within': {
        const [big, little] = [simplest(span.big), simplest(span.little)];
        return {
          span: { ...span, big: big.span as Span, little: little.span as Span },
          key: [span.op, big.key, little.key],
        };
      }
      case 'mask': {
        const query = simplest(span.query);
        return {
          span: { ...span, query: query.span as Span },
          key: ['mask', query.key, span.field],
        };
      }
    }
  };
  const { span, key } = simplest(given);
  return { ir: { kind: 'spans', span: span as Span }, key: JSON.stringify(['spans', key]) };
}
