// Match rules. The source has trees of equals / starts_with / ends_with / contains / regex / and / or; the catalogue has
// a list of alternatives, each a term or an array of terms that must all hold. A term is an operator and a text:
//   =text equals   ^text starts with   $text ends with   *text contains   #pattern the whole name, # standing for a digit,
//   a last * for anything; a leading ! negates. Everything compares without regard to case (ASCII).

const OPERATORS = { equals: '=', starts_with: '^', ends_with: '$', contains: '*' };

/** The few regular expressions of the source, as terms; one that is not understood stops the generator. */
const termsOfRegex = pattern => {
  if (pattern === '^(?!.*-[tT][tT][sS](?:$|-))') {
    return [['!$-tts', '!*-tts-']];
  }
  const text = pattern
    .replace(/^\^/, '')
    .replace(/\$$/, '')
    .replace(/\\d\{(\d+)\}/g, (_, count) => '#'.repeat(Number(count)))
    .replace(/\\d/g, '#')
    .replace(/\\([.\-/])/g, '$1');
  if (!pattern.startsWith('^') || !/^[A-Za-z0-9#.\/_:-]+$/.test(text)) {
    throw new Error(`match.mjs can't express the regular expression ${pattern}`);
  }
  return [[`#${text.toLowerCase()}${pattern.endsWith('$') ? '' : '*'}`]];
};

/** A match tree in disjunctive form: a list of lists of terms. */
const alternatives = tree => {
  const [[operator, value]] = Object.entries(tree);
  switch (operator) {
    case 'or':
      return value.flatMap(alternatives);
    case 'and':
      return value.map(alternatives).reduce((left, right) => left.flatMap(l => right.map(r => [...l, ...r])));
    case 'regex':
      return termsOfRegex(value);
    default:
      if (!(operator in OPERATORS)) {
        throw new Error(`match.mjs doesn't know ${operator}`);
      }
      return [[OPERATORS[operator] + value]];
  }
};

/** { names: exact names as written, rules: everything else } */
export const compile = tree => {
  const names = [];
  const rules = [];
  for (const terms of alternatives(tree)) {
    if (terms.length === 1 && terms[0].startsWith('=')) {
      names.push(terms[0].slice(1));
    } else {
      rules.push(terms.length === 1 ? terms[0] : terms);
    }
  }
  return { names: [...new Set(names)], rules };
};

const digitsMatch = (pattern, name) => {
  const open = pattern.endsWith('*');
  const body = open ? pattern.slice(0, -1) : pattern;
  return (open ? name.length >= body.length : name.length === body.length)
    && [...body].every((c, i) => (c === '#' ? name[i] >= '0' && name[i] <= '9' : name[i] === c));
};

const termMatches = (term, name) => {
  if (term.startsWith('!')) {
    return !termMatches(term.slice(1), name);
  }
  const text = term.slice(1).toLowerCase();
  switch (term[0]) {
    case '=': return name === text;
    case '^': return name.startsWith(text);
    case '$': return name.endsWith(text);
    case '*': return name.includes(text);
    case '#': return digitsMatch(text, name);
    default: throw new Error(`unknown term ${term}`);
  }
};

export const rulesMatch = (rules, name) => {
  const lower = name.toLowerCase();
  return rules.some(rule => (Array.isArray(rule) ? rule.every(term => termMatches(term, lower)) : termMatches(rule, lower)));
};

/** The first entry that has the name, in the source's order: what the hub's look-up does, and what the source's does. */
export const find = (entries, name) => {
  const lower = name.toLowerCase();
  return entries.find(e => e.names.some(n => n.toLowerCase() === lower) || rulesMatch(e.rules, name));
};
