// SPDX-License-Identifier: Apache-2.0
// The section Calls: the history. Calls themselves come over whichever section is open.
import { callBanners } from "./call_banners.js";
import { CallDesk } from "./call_desk.js";
import { callLog } from "./call_log.js";
import { callStage } from "./call_stage.js";

/** From sign-in to sign-out. */
export function attend(context) {
  const desk = new CallDesk(context);
  const parts = [callBanners(desk), callStage(desk)];
  document.querySelector(".bar").before(...parts.map(({ element }) => element));
  let missed = 0;
  const count = (figure) => { missed = figure; context.badge("calls", missed); };
  desk.addEventListener("missed", () => count(missed + 1));
  return {
    desk,
    seen: () => count(0),
    close() {
      desk.close();
      parts.forEach((part) => part.close());
    },
  };
}

export function open(context) {
  const { attended, others } = context;
  const conversations = others("chat")?.conversations;
  const log = callLog(context, attended.desk, (id) => conversations?.get(id)?.title ?? "Group call");
  attended.desk.addEventListener("missed", attended.seen);
  conversations?.addEventListener("list", log.show);
  attended.seen();
  return {
    element: log.element,
    close() {
      attended.desk.removeEventListener("missed", attended.seen);
      conversations?.removeEventListener("list", log.show);
      log.close();
    },
  };
}
