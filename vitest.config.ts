import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{src,scripts,bench,test}/**/*.test.ts'],
          exclude: ['test/clients/**'],
          testTimeout: 20_000,
          hookTimeout: 20_000,
        },
      },
      {
        // Real docker, podman, aws and the like: slow to start, and heavy side by side.
        test: {
          name: 'clients',
          include: ['test/clients/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          maxWorkers: 2,
        },
      },
    ],
  },
});
