import { type ClientFlags, clientSettings } from './client-settings.ts';
import { answerKubelet } from './kubelet.ts';

/** Answers a kubelet's request. @throws CommandFailed */
export async function provide(
  flags: ClientFlags,
  env: Readonly<Record<string, string | undefined>>,
  request: string,
): Promise<string> {
  return answerKubelet(await clientSettings(flags, env), request);
}
