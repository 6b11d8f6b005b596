// node:os. It tells of no machine: the values are those of the Workers runtime.
const { byName } = require("internal:errnos");
const { validateNumber } = require("internal:errors");

const signals = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGILL: 4, SIGTRAP: 5, SIGABRT: 6, SIGIOT: 6, SIGBUS: 7, SIGFPE: 8, SIGKILL: 9,
  SIGUSR1: 10, SIGSEGV: 11, SIGUSR2: 12, SIGPIPE: 13, SIGALRM: 14, SIGTERM: 15, SIGCHLD: 17, SIGSTKFLT: 16, SIGCONT: 18, SIGSTOP: 19,
  SIGTSTP: 20, SIGTTIN: 21, SIGTTOU: 22, SIGURG: 23, SIGXCPU: 24, SIGXFSZ: 25, SIGVTALRM: 26, SIGPROF: 27, SIGWINCH: 28, SIGIO: 29,
  SIGPOLL: 29, SIGPWR: 30, SIGSYS: 31 };

module.exports = {
  EOL: "\n", devNull: "/dev/null",
  constants: Object.freeze({
    __proto__: null, UV_UDP_REUSEADDR: 4, dlopen: Object.freeze({ __proto__: null, RTLD_LAZY: 1, RTLD_NOW: 2, RTLD_GLOBAL: 256, RTLD_LOCAL: 0, RTLD_DEEPBIND: 8 }),
    errno: Object.freeze({ __proto__: null, ...byName }), signals: Object.freeze({ __proto__: null, ...signals }),
    priority: Object.freeze({ __proto__: null, PRIORITY_LOW: 19, PRIORITY_BELOW_NORMAL: 10, PRIORITY_NORMAL: 0, PRIORITY_ABOVE_NORMAL: -7, PRIORITY_HIGH: -14, PRIORITY_HIGHEST: -20 }),
  }),
  arch: () => "x64", availableParallelism: () => 1, cpus: () => [], endianness: () => "LE", freemem: () => 0,
  getPriority(pid = 0) { validateNumber(pid, "pid"); return 0; },
   homedir: () => "/tmp/", hostname: () => "localhost", loadavg: () => [0, 0, 0], machine: () => "x86_64", networkInterfaces: () => ({}),
  platform: () => "linux", release: () => "",
  setPriority(pid, priority) {
    validateNumber(pid, "pid");
    if (priority !== undefined || arguments.length < 2) validateNumber(priority, "priority");
  },
  tmpdir: () => "/tmp/", totalmem: () => 0, type: () => "Linux", uptime: () => 0,
  userInfo: () => ({ uid: -1, gid: -1, username: "nobody", homedir: "/tmp", shell: null }), version: () => "",
};
