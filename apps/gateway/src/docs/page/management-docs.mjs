// Shows the management routes. Whoever is signed in tries them out by their session.
import { CONSOLE, showDocument } from './show-document.mjs';

showDocument({
  url: '/docs/openapi.json',
  filter: true,
  requestInterceptor: (request) => {
    Object.assign(request.headers, CONSOLE);
    return request;
  },
});
