import { type Duration, Durations } from '@sluice/runtime/durations';
import type { EndedRequest } from './ended-requests';
import { type RouteClass, routeClasses, routeClassOf } from './route-class';

const durations = new Durations({
  name: 'sluice_http_request_duration_seconds',
  help: 'Time from the head of a request to the end of its answer, by kind of request and class of status',
  labels: ['route', 'status'],
});

/** The series of one kind of request, by the first digit of the status. Alerts compare the first two: they are there from the start. */
const series = Object.fromEntries(
  routeClasses.map((route) => {
    const byDigit: (Duration | undefined)[] = [];
    for (const digit of [2, 5]) byDigit[digit] = open(route, digit);
    return [route, byDigit];
  }),
) as Record<RouteClass, (Duration | undefined)[]>;

/** Counts a request and how long it took. */
export function measureRequest({ request, reply, status }: EndedRequest): void {
  const route = routeClassOf(request);
  const digit = Math.trunc(status / 100);
  series[route][digit] ??= open(route, digit);
  series[route][digit].add(reply.elapsedTime);
}

function open(route: RouteClass, digit: number): Duration {
  return durations.open({ route, status: `${digit}xx` });
}
