// SPDX-License-Identifier: Apache-2.0
// Who is signed in, in this tab: every tab may be somebody else, so that one browser can talk to itself.
import { ApiError, send } from "./api.js";

const place = "mortise.session";
const auth = "/api/v1/auth";
const early = 15_000; // milliseconds: a token this close to its end (or in its last third) is renewed before it is used

/** Events: `change` when somebody signs in or out. */
export class Session extends EventTarget {
  #kept = JSON.parse(sessionStorage.getItem(place) ?? "null");
  #renewal = null;

  get user() {
    return this.#kept?.user ?? null;
  }

  register(account) {
    return this.#enter(send("POST", `${auth}/register`, account));
  }
  signIn(credentials) {
    return this.#enter(send("POST", `${auth}/login`, credentials));
  }
  /** Forgets the tokens even when the server cannot be told. */
  async signOut() {
    const token = this.#kept?.accessToken;
    this.#keep(null);
    if (token) await send("POST", `${auth}/logout`, undefined, { authorization: `Bearer ${token}` }).catch(() => {});
  }

  /** A token that is good for a while. Throws Unreachable, or ApiError when the session has ended. */
  async token() {
    if (this.#kept && Date.now() > this.#kept.renewAt) await this.renew();
    return this.#kept?.accessToken;
  }

  /** Sends a request as the person signed in; a token that is refused is renewed once. */
  async call(method, path, body) {
    const token = await this.token();
    try {
      return await send(method, path, body, { authorization: `Bearer ${token}` });
    } catch (fault) {
      if (!(fault instanceof ApiError) || fault.status !== 401 || !this.#kept) throw fault;
      if (this.#kept.accessToken === token) await this.renew();
      return send(method, path, body, { authorization: `Bearer ${this.#kept?.accessToken}` });
    }
  }

  /** Trades the refresh token for new ones. Whoever asks meanwhile waits for the same answer. */
  renew() {
    this.#renewal ??= this.#renew().finally(() => { this.#renewal = null; });
    return this.#renewal;
  }
  async #renew() {
    const before = this.#kept;
    try {
      const tokens = await send("POST", `${auth}/refresh`, { refreshToken: before?.refreshToken });
      if (this.#kept === before) this.#keep({ ...before, ...tokens, ...lifetime(tokens) });
    } catch (fault) {
      if (fault instanceof ApiError && fault.status === 401 && this.#kept === before) this.#keep(null);
      throw fault;
    }
  }

  async #enter(answer) {
    const entered = await answer;
    this.#keep({ ...entered, ...lifetime(entered) });
  }
  #keep(entry) {
    const before = this.user?.id;
    this.#kept = entry;
    if (entry) sessionStorage.setItem(place, JSON.stringify(entry));
    else sessionStorage.removeItem(place);
    if (this.user?.id !== before) this.dispatchEvent(new Event("change"));
  }
}

const lifetime = ({ expiresIn }) => ({ renewAt: Date.now() + expiresIn * 1000 - Math.min(early, (expiresIn * 1000) / 3) });
