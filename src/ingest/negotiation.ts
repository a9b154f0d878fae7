const VENDOR = /application\/vnd\.elasticsearch\+json\s*;\s*compatible-with=(\d{1,2})/;

/** Content type of an answer: clients that name their compatible version check that they get it back. */
export function answerType(accept: string | undefined): string {
  const version = accept === undefined ? null : VENDOR.exec(accept);
  if (version === null) return 'application/json';
  return `application/vnd.elasticsearch+json;compatible-with=${version[1]}`;
}
