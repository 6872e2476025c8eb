/** What lets the changes room do more than a call may: `only-changes-issue-warrants` keeps all others out. */
export { issueWarrant, unredacted, type CoveredWrite } from './warrant.ts';
