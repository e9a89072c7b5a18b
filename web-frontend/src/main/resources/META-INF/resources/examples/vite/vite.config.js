export default {
    // The development server would move loom.mjs away from its files.
    optimizeDeps: {exclude: ['@dev-loom/loom']},
    // A strict security policy forbids scripts inside addresses; top-level await needs no help.
    build: {assetsInlineLimit: 0, target: 'es2022'},
};
