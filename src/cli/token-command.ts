import type { Command } from 'commander';

/** `estrom token NAME --roles …`: the entry on standard output, the token on standard error. */
export function addTokenCommand(program: Command): void {
  program
    .command('token')
    .description('make a random token, and the entry for the file that --tokens names')
    .argument('<name>', 'who it is for; shown in logs')
    .requiredOption('--roles <names>', 'comma separated: ingest, tail, register, admin, metrics')
    .option('--index <names>', 'the only indices that it may write to and see (logs-*,events)')
    .option('--filter <query>', 'query that every document it sees must match')
    .action(async (name: string, { roles, ...bounds }: { roles: string }) => {
      // It brings the parser of queries, which no other command needs before it runs.
      const { makeToken } = await import('./token.ts');
      const { token, entry } = makeToken({ name, roles: roles.split(','), ...bounds });
      process.stdout.write(entry);
      process.stderr.write(`token (shown only now): ${token}\n`);
    });
}
