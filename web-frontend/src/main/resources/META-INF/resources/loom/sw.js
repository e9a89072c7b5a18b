// A service worker that keeps a page and its models working without a network. `Loom.offline()` registers it; one for a whole site
// stands at the site's root as a file of one line: importScripts('/loom/sw.js').
//
// The network comes first, so nobody gets old files; what it answered is kept, and given where it is silent.
'use strict';

(() => {
    const KEPT = 'loom-offline';

    const isKept = (request, response) =>
        request.method === 'GET' && !request.headers.has('Range') && response.status === 200 && response.type === 'basic'
        && !/no-store/.test(response.headers.get('Cache-Control') ?? '');

    async function fetchAndKeep(request) {
        const response = await fetch(request);
        if (isKept(request, response)) {
            const copy = response.clone();
            // A full disk is no reason to fail.
            await (await caches.open(KEPT)).put(request, copy).catch(() => {});
        }
        return response;
    }

    async function answer(request) {
        try {
            return await fetchAndKeep(request);
        } catch (error) {
            // A page is one page, whatever its address says behind the question mark.
            const ways = {cacheName: KEPT, ignoreVary: true, ignoreSearch: request.mode === 'navigate'};
            const kept = await caches.match(request, ways);
            if (kept === undefined) {
                throw error;
            }
            return kept;
        }
    }

    self.addEventListener('install', () => self.skipWaiting());
    self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
    self.addEventListener('fetch', (event) => {
        const {request} = event;
        if (request.method === 'GET' && new URL(request.url).origin === self.location.origin) {
            event.respondWith(answer(request));
        }
    });
    // What a page had fetched before this worker was there; the browser has most of it at hand.
    self.addEventListener('message', (event) => {
        const keeping = Promise.allSettled(event.data.keep.map((url) => fetchAndKeep(new Request(url))));
        event.waitUntil(keeping.then((all) => {
            event.ports[0].postMessage({kept: all.filter(({status}) => status === 'fulfilled').length});
        }));
    });
})();
