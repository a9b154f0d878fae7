import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MongoDb } from './mongodb.ts';

let server: MongoDb;

beforeAll(async () => {
  await MongoDb.install();
  server = await MongoDb.start();
}, 600_000);

afterAll(async () => {
  expect(await server.stop()).toBe(0);
});

test('what the server acknowledged is there after kill -9', async () => {
  const client = new MongoClient(server.url, { serverSelectionTimeoutMS: 20_000 });
  try {
    const collection = client.db('estrom').collection<{ _id: number }>('acknowledged');
    let acknowledged = 0;
    const writes = (async () => {
      for (let id = 0; ; id++) {
        await collection.insertOne({ _id: id });
        acknowledged++;
        if (acknowledged === 50) void server.kill();
      }
    })();
    await expect(writes).rejects.toThrow();
    expect(acknowledged).toBeGreaterThanOrEqual(50);
    await server.restart();
    const found = await collection.countDocuments({ _id: { $lt: acknowledged } });
    expect(found).toBe(acknowledged);
  } finally {
    await client.close();
  }
});
