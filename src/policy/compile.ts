import { compileStatement } from './compile-statement.ts';
import { readDocument } from './read-document.ts';
import type { CompiledPolicy, CompiledStatement } from './types.ts';

/**
 * The document as the engine uses it; `parsePolicy` has said before whether it may be stored. `principals` has, of each
 * user, role and session that the document names, the unique id that he (of a session: its role) had when it was saved:
 * who has another id is not meant, and neither is who is not in it. Without it names are compared, for documents that
 * are tried out and not stored.
 *
 * @throws PolicyMalformed
 */
export function compilePolicy(document: string, principals?: ReadonlyMap<string, string>): CompiledPolicy {
  const { statements, version } = readDocument(document);
  const hasVariables = version === '2012-10-17';
  return policyOf(statements.map((it) => compileStatement(it, { hasVariables, principals })));
}

/** A document that says nothing, in the place of one that is gone. */
export const EMPTY_POLICY: CompiledPolicy = policyOf([]);

function policyOf(compiled: readonly { statement: CompiledStatement; services: ReadonlySet<string> | undefined }[]) {
  const statements = compiled.map((it) => it.statement);
  const ofAnyService = compiled.filter((it) => it.services === undefined).map((it) => it.statement);
  const services = new Set(compiled.flatMap((it) => [...(it.services ?? [])]));
  const byService = new Map(
    Array.from(services, (service) => {
      const concerned = compiled.filter((it) => it.services?.has(service) ?? true);
      return [service, concerned.map((it) => it.statement)] as const;
    }),
  );
  return {
    statements,
    contextKeys: new Set(statements.flatMap((it) => it.contextKeys.map((key) => key.toLowerCase()))),
    statementsFor: (service: string) => byService.get(service) ?? ofAnyService,
  };
}
