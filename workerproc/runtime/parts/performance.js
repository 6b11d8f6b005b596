// performance (https://w3c.github.io/hr-time/) and navigator. As on Workers
// the clock is the one of Date, in whole milliseconds, and timeOrigin is 0.
(function (ops, core) {
  "use strict";
  const illegal = () => { throw new TypeError("Illegal constructor"); };
  let make = true;

  class Performance {
    constructor() { if (!make) illegal(); }
    get timeOrigin() { return 0; }
    now() { return Math.floor(ops.now()); }
    toJSON() { return { timeOrigin: this.timeOrigin }; }
    get [Symbol.toStringTag]() { return "Performance"; }
  }

  class Navigator {
    constructor() { if (!make) illegal(); }
    get userAgent() { return "Cloudflare-Workers"; }
    get hardwareConcurrency() { return 1; }
    get language() { return "en"; }
    get languages() { return ["en"]; }
    get [Symbol.toStringTag]() { return "Navigator"; }
  }

  const performance = new Performance();
  const navigator = new Navigator();
  make = false;
  return { Performance, Navigator, performance, navigator };
})
