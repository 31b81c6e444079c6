import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { userInfo } from 'node:os';
import type { DataFolder } from '../../installation/data-folder.ts';
import type { Check, Finding } from './finding.ts';

const MIB = 1024 * 1024;
/** Below this a push of an ordinary image fails. */
const LEAST_FREE = 1024 * MIB;

/** The data folder: there, ours, private, with room. */
export const checkFolder: Check = async (_, folder) => {
  const found = await stat(folder.path).catch(() => undefined);
  if (found === undefined) {
    return [
      { check: 'data folder', state: 'unknown', detail: `${folder.path} is not there; the first start makes it` },
    ];
  }
  return [await mayWrite(folder), ...(await privacy(folder)), await room(folder)];
};

async function mayWrite({ path }: DataFolder): Promise<Finding> {
  const check = 'data folder';
  try {
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return { check, state: 'good', detail: path };
  } catch {
    const user = userInfo().username;
    const mend = `run as the user who owns it, or: chown -R ${user} ${path}`;
    return { check, state: 'wrong', detail: `${path} cannot be written by ${user}`, mend };
  }
}

/** Keys and passwords lie here: nobody else may look in. */
async function privacy(folder: DataFolder): Promise<readonly Finding[]> {
  const open: string[] = [];
  for (const path of [folder.path, folder.rootKey, folder.credentials]) {
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && (found.mode & 0o077) !== 0) open.push(path);
  }
  const check = 'privacy';
  if (open.length === 0) return [{ check, state: 'good', detail: 'keys can be read by their owner alone' }];
  return [
    { check, state: 'wrong', detail: `others may read ${open.join(', ')}`, mend: `chmod go-rwx ${open.join(' ')}` },
  ];
}

async function room({ path }: DataFolder): Promise<Finding> {
  const { bavail, bsize } = await statfs(path);
  const free = bavail * bsize;
  const detail = `${Math.floor(free / MIB)} MiB free`;
  if (free >= LEAST_FREE) return { check: 'free space', state: 'good', detail };
  const mend = 'delete images and run "berth gc", or move the folder to a larger disk and name it with --data-dir';
  return { check: 'free space', state: 'wrong', detail, mend };
}
