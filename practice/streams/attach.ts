import type { Channels } from './channels.ts';
import { CHANNEL, type StreamOptions } from './exec.ts';
import { viewOf } from './log.ts';
import { sayOutcome } from './outcome.ts';
import type { StreamContext } from './stream.ts';
import { pausesUntil } from './pause.ts';
import { runId, runningOf, type Target } from './target.ts';

/** Shows what a container writes from now on, until it ends. Nothing that runs here reads its stdin. */
export async function attach(
  { store, images, pod, container }: StreamContext & Target,
  options: StreamOptions,
  channels: Channels,
  protocol: string,
): Promise<void> {
  const run = runningOf(pod, container);
  const error = channels.sink(CHANNEL.error);
  const sinks = { stdout: channels.sink(CHANNEL.stdout), stderr: channels.sink(options.tty ? CHANNEL.stdout : CHANNEL.stderr) };
  await (options.stdout ? sinks.stdout : options.stderr ? sinks.stderr : error).write('');
  const view = viewOf(store, images, pod, container, { run, id: runId(pod, container, run), running: true });
  const pause = pausesUntil(channels.gone);
  for (let index = view.log.countUntil(store.clock.now()); !channels.gone.aborted;) {
    for (const end = view.log.countUntil(view.until()); index < end; index++) {
      const entry = view.log.line(index);
      if (entry !== undefined && (options[entry.stream] || options.tty))
        await sinks[entry.stream].write(`${entry.text}${options.tty ? '\r\n' : '\n'}`);
    }
    const goesOn = await pause((wake) => view.wait(view.log.line(index), wake));
    // When it has ended just now, it may have done so with last lines.
    if (!goesOn && view.log.countUntil(view.until()) <= index) break;
  }
  await sayOutcome(error, protocol, [], { code: 0 });
  channels.close();
}
