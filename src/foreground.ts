let inFlight = 0;
let since = 0;
let total = 0;

/** A request is answered from now on, until what it returns is called. */
export function beginRequest(): () => void {
  if (inFlight === 0) since = performance.now();
  inFlight += 1;
  return () => {
    inFlight -= 1;
    if (inFlight === 0) total += performance.now() - since;
  };
}

/** Milliseconds in which this process has had requests in flight, since it began. */
export function busyMs(): number {
  return inFlight === 0 ? total : total + performance.now() - since;
}
