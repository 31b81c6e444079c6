import { Command } from 'commander';
import { dataFolder } from '../installation/data-folder.ts';
import { SettingsError } from '../settings/settings-error.ts';
import { checkCertificate } from './doctor/check-certificate.ts';
import { checkClock } from './doctor/check-clock.ts';
import { checkFolder } from './doctor/check-folder.ts';
import { checkPort } from './doctor/check-port.ts';
import { checkStorage } from './doctor/check-storage.ts';
import type { Finding } from './doctor/finding.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { json, type OutputForm, outputOption, table } from './output.ts';
import { ALL, addSettingFlags, settingsFor } from './setting-flags.ts';

export function doctorCommand(end: (code: ExitCode) => void): Command {
  const command = new Command('doctor')
    .description(
      'Check settings, data folder, storage, certificate, clock and port, and say how to mend. Safe beside a running server.',
    )
    .addOption(outputOption())
    .addHelpText('after', '\nExample:\n  berth doctor --output json')
    .action(async (options: { output: OutputForm }) => {
      const findings = await examine({ ...options });
      process.stdout.write(options.output === 'json' ? json(findings) : forPeople(findings));
      if (findings.some((it) => it.state === 'wrong')) end(EXIT.foundWrong);
    });
  return addSettingFlags(command, ALL);
}

async function examine(options: Readonly<Record<string, unknown>>): Promise<readonly Finding[]> {
  try {
    const settings = await settingsFor(options);
    const folder = dataFolder(settings.dataDir);
    const findings: Finding[] = [{ check: 'settings', state: 'good', detail: 'all can be used' }];
    for (const check of [checkFolder, checkStorage, checkCertificate, checkClock, checkPort]) {
      findings.push(...(await check(settings, folder)));
    }
    return findings;
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.problems.map((detail) => ({ check: 'settings', state: 'wrong', detail }));
  }
}

function forPeople(findings: readonly Finding[]): string {
  const rows = findings.map(({ check, state, detail }) => ({ check, state, detail }));
  const mends = findings.flatMap(({ check, mend }) => (mend === undefined ? [] : [`${check}: ${mend}\n`]));
  return `${table(rows)}${mends.length > 0 ? `\nTo mend:\n${mends.join('')}` : ''}`;
}
