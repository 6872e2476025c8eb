import { together, type Look } from './look.ts';
import { HIDDEN } from './marker.ts';

/** The value of an option, but not one that is hidden already. */
const OPTION_VALUE = String.raw`(?!=?["']?<redacted)["']?[^\s"'|;&]+`;

/** Logins in the syntax of a program, beside no name that would tell them. */
export const COMMANDS: readonly Look[] = [
  {
    reason: 'command lines on which a short option is the login: curl -u, sshpass -p',
    hints: ['curl', 'wget', 'sshpass'],
    finds: together(
      'g',
      String.raw`\b((?:curl|wget)\b[^\n|;&]{0,400}?[ \t](?:-u|--user)[ =]{0,2}["']?[^\s:"']{1,100}:|sshpass[ \t]+-p[ \t]*)`,
      OPTION_VALUE,
    ),
    leaves: `$1${HIDDEN}`,
  },
  {
    reason: 'logins to registries: docker login -p',
    hints: ['ogin'],
    finds: together(
      'g',
      String.raw`\b((?:docker|podman|helm|skopeo|crane|oras|buildah|nerdctl)\b[^\n|;&]{0,80}?[ \t]login\b`,
      String.raw`[^\n|;&]{0,400}?[ \t]-p[ =]{0,2})`,
      OPTION_VALUE,
    ),
    leaves: `$1${HIDDEN}`,
  },
  {
    reason: 'clients of databases: mysql -pX, redis-cli -a X',
    hints: ['mysql', 'iadb', 's-cli', 'ngo'],
    finds: together(
      'g',
      String.raw`\b((?:mysql|mysqldump|mysqladmin|mariadb)\b[^\n|;&]{0,400}?[ \t]-p|`,
      String.raw`(?:redis-cli|mongo|mongosh|mongodump)\b[^\n|;&]{0,400}?[ \t]-[ap][ \t]+)`,
      OPTION_VALUE,
    ),
    leaves: `$1${HIDDEN}`,
  },
  {
    reason: 'SQL: what a password is set to',
    hints: ['ssword', 'SSWORD', 'dentified', 'DENTIFIED'],
    finds: together(
      'gi',
      String.raw`\b((?:password|identified[ \t]+(?:with[ \t]+\w{1,40}[ \t]+)?by)[ \t]+(?:=[ \t]*)?)`,
      String.raw`(?:(')(?:[^'\n]|'')*'|(")[^"\n]*")`,
    ),
    leaves: `$1$2$3${HIDDEN}$2$3`,
  },
  {
    reason: '.netrc: what follows the login; redis.conf',
    hints: ['ssword', 'epass', 'rauth'],
    finds: together(
      'gi',
      String.raw`\b(login\s{1,20}\S{1,200}\s{1,20}password\s{1,20}|(?:requirepass|masterauth)[ \t]{1,20})`,
      String.raw`(?:(')[^'\n]*'|(")[^"\n]*"|\S+)`,
    ),
    leaves: `$1$2$3${HIDDEN}$2$3`,
  },
];
