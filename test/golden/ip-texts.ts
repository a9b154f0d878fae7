type Random = (bound: number) => number;

/** Addresses and blocks in all their spellings, and what only looks like them. */
export const IP_TEXTS: readonly string[] = [
  ...[
    '0.0.0.0',
    '255.255.255.255',
    '10.1.2.3',
    '127.0.0.1',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '1.2.3.04',
    '01.2.3.4',
  ],
  ...[
    '1.2.3.4.',
    '.1.2.3.4',
    '1..2.3',
    ' 1.2.3.4',
    '1.2.3.4 ',
    '1.2.3.-4',
    '+1.2.3.4',
    '1.2.3.a',
    '0x7f.1.1.1',
    '00.0.0.0',
    '1.2.3.00',
  ],
  ...[
    '1.2.3.4444',
    '::',
    '::1',
    '1::',
    '::1.2.3.4',
    '::ffff:1.2.3.4',
    '::FFFF:1.2.3.4',
    '0:0:0:0:0:ffff:102:304',
    '2001:db8::1',
  ],
  ...[
    '2001:0DB8:0000:0000:0000:0000:0000:0001',
    '2001:db8::00001',
    '2001:db8::12345',
    '1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
  ],
  ...[
    '1::3:4:5:6:7:8',
    '1:2::3:4:5:6:7:8',
    '::2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7::',
    '::1::',
    '1::2::3',
    ':::',
    ':1',
    '1:',
    ':',
    '1:2:3:4:5:6:7:8:',
  ],
  ...[
    ':1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:1.2.3.4',
    '1:2:3:4:5:6:7:1.2.3.4',
    '1.2.3.4::',
    '::1.2.3',
    '::1.2.3.4:5',
    '::1.2.3.256',
    'g::',
    '[::1]',
  ],
  ...[
    'fe80::1%eth0',
    'fe80::1%1',
    'localhost',
    'example.com',
    '',
    ' ',
    '1',
    '1234567',
    '::ffff:0:0',
    '64:ff9b::1.2.3.4',
    '١.2.3.4',
    '::١',
    '::ａ',
  ],
  ...[
    '10.0.0.0/8',
    '10.1.2.3/8',
    '10.0.0.0/0',
    '10.0.0.0/32',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/',
    '10.0.0.0/08',
    '10.0.0.0/+8',
    '10.0.0.0/8/8',
  ],
  ...[
    '2001:db8::/32',
    '2001:db8::1/128',
    '::/0',
    '::/129',
    '::ffff:1.2.3.4/120',
    '::ffff:1.2.3.4/24',
    '::1.2.3.4/120',
    '1.2.3.4/ 8',
    '/8',
    '1.2.3.4/a',
  ],
  ...[
    '2001:db8::/33',
    '2001:db8::ffff/97',
    '255.255.255.255/31',
    'fe80::1%1/64',
    '1.2.3/8',
    '1.2.3.4/8.0',
    '10.0.0.0/00000000000000008',
    '::/00',
  ],
  ...[
    '1.2.3.4%eth0',
    '::1.2.3.4%1',
    '::1%',
    '%',
    '%1',
    '::ffff:0:1%x',
    'fe80::%1%2',
    '１.２.３.４',
    '::Ｇ',
    '10.0.0.0/８',
    '::ffff:102:304/8',
  ],
];

const pick = <T>(random: Random, of: ArrayLike<T>): T => of[random(of.length)]!;

function v4(random: Random): string {
  return Array.from({ length: random(20) ? 4 : random(6) }, () =>
    random(15) ? String(random(256)) : pick(random, ['0', '00', '300', '', '1000', '9']),
  ).join('.');
}

function v6(random: Random): string {
  const groups = Array.from({ length: random(3) ? 8 : random(10) }, () =>
    random(3)
      ? random(0x10000).toString(16)
      : pick(random, ['0', '0', '0000', '', 'ffff', 'FFFF', '00000']),
  );
  const text = random(2)
    ? groups.join(':')
    : groups
        .slice(0, 6)
        .join(':')
        .replace(/(:0)+:/, '::');
  return random(5) ? text : `${text.replace(/:[^:]*:[^:]*$/, '')}:${v4(random)}`;
}

/** An address or a block, or nearly one. */
export function ipText(random: Random): string {
  const short = random(2) === 0;
  const text = short ? v4(random) : v6(random);
  const block = random(2) === 0 ? text : `${text}/${random(short ? 36 : 135)}`;
  const at = random(block.length + 1);
  return random(8)
    ? block
    : block.slice(0, at) + pick(random, '.:/0fgF% ') + block.slice(at + random(2));
}
