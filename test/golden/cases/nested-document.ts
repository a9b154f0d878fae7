/** What the questions about nested objects are asked of. */
const keyword = { type: 'keyword' };

export const mapping = {
  properties: {
    title: { type: 'text' },
    all: { type: 'text' },
    items: {
      type: 'nested',
      properties: {
        name: { type: 'text', fields: { raw: keyword }, copy_to: ['all', 'items.own'] },
        own: { type: 'text' },
        colour: keyword,
        price: { type: 'double' },
        count: { type: 'integer' },
        at: { type: 'date' },
        place: { type: 'geo_point' },
        address: { type: 'ip' },
        spec: { properties: { size: keyword } },
        parts: {
          type: 'nested',
          properties: { code: keyword, weight: { type: 'long' }, note: { type: 'text' } },
        },
      },
    },
    plain: { properties: { x: keyword, deep: { type: 'nested', properties: { y: keyword } } } },
    roots: {
      type: 'nested',
      include_in_root: true,
      properties: {
        w: { type: 'text' },
        n: { type: 'long' },
        k: keyword,
        inner: { type: 'nested', include_in_parent: true, properties: { v: { type: 'text' } } },
      },
    },
    off: { type: 'nested', enabled: false, properties: { z: keyword } },
    also: { type: 'alias', path: 'title' },
  },
};

export const document = {
  title: 'red box',
  items: [
    {
      name: 'red apple pie',
      colour: 'red',
      price: 1.5,
      count: 3,
      at: '2024-03-01',
      place: { lat: 10, lon: 20 },
      address: '10.0.0.1',
      spec: { size: 'L' },
      parts: [
        { code: 'a1', weight: 5, note: 'left hand' },
        { code: 'a2', weight: 7 },
      ],
    },
    {
      name: ['green pear', 'big tree'],
      colour: ['green', 'blue'],
      price: 20,
      count: 9,
      at: '2023-01-01',
      place: [50, 60],
      address: '192.168.1.1',
      fresh: 'brand new',
      parts: { code: 'b1', weight: 100, note: 'right hand' },
    },
    { name: 'apple juice', price: [3, 400], parts: [{ code: 'c1' }, { code: 'c2' }] },
    {},
  ],
  plain: [
    { x: 'p1', deep: [{ y: 'd1' }, { y: 'd2' }] },
    { x: 'p2', deep: { y: 'd3' } },
  ],
  roots: [
    { w: 'one two', n: 1, k: 'A', inner: [{ v: 'in a' }, { v: 'out b' }] },
    { w: 'three four', n: 2, k: 'B', inner: { v: 'in c' } },
  ],
  off: { z: 'q' },
};
