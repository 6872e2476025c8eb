export { startCronJobs } from './cron-jobs.ts';
export { startJobs } from './jobs.ts';
