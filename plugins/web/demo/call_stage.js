// SPDX-License-Identifier: Apache-2.0
// The call there is: who is in it, how it is, and what one can do. It fills the page, or waits in a corner of it.
import { camera, dark, larger, microphone, phone, screen, silent, smaller } from "./call_icons.js";
import { callTiles } from "./call_tiles.js";
import { durationText } from "./call_words.js";
import { h, icon, set } from "./elements.js";
import { paintFace } from "./face.js";

export function callStage(desk) {
  let call = null;
  let isSmall = false;
  let before = null; // what had the focus

  const name = h("h2", { id: "call-name", tabIndex: -1 });
  const words = h("p", { class: "words", role: "status" });
  const timer = h("span", { class: "timer", role: "timer", "aria-label": "Duration" });
  const problem = h("p", { class: "problem", role: "status" });
  const face = h("span", { class: "face", "aria-hidden": "true" });
  const tiles = callTiles();
  const size = button("Make small", smaller, () => resize(!isSmall));
  const mute = button("Mute", microphone, () => call.mute(!call.media.isMuted));
  const film = button("Camera", camera, () => call.media.turnCamera(!call.media.isCameraOn));
  const share = button("Share screen", screen, () => call.media.share(!call.media.isSharing));
  const leave = button("Hang up", phone, () => call.hangUp(), "leave");
  const again = h("button", { type: "button", class: "primary", onclick: () => { const { peerId, callType } = call; desk.clear(); desk.call(peerId, callType); } }, "Call again");
  const close = h("button", { type: "button", class: "quiet", onclick: () => desk.clear() }, "Close");
  const controls = h("div", { class: "controls", role: "group", "aria-label": "In this call" }, mute, film, share, leave, again, close);
  const element = h("section", { class: "stage", "aria-labelledby": "call-name", hidden: true,
    onclick: play, onkeydown: ({ key }) => { if (key === "Escape" && call && !call.isOver) resize(true); } },
    h("header", {}, h("div", { class: "lines" }, name, h("p", { class: "line" }, timer, words)), size),
    tiles.element, problem, controls);
  tiles.element.prepend(h("div", { class: "waiting" }, face));

  function show() {
    if (desk.current !== call) change();
    if (!call) return;
    const { state, media, isOver } = call;
    const isActive = state === "active";
    element.dataset.state = state;
    element.classList.toggle("is-group", call.roomId !== undefined);
    name.textContent = call.title;
    paintFace(face, call.title);
    if (words.textContent !== call.words) words.textContent = call.words;
    if (problem.textContent !== media.problem) problem.textContent = media.problem;
    problem.hidden = isOver;
    tiles.show(call, desk.session.user?.username ?? "You");
    face.parentElement.hidden = isActive && call.others.length > 0;
    timer.hidden = !isActive;
    tick();
    showToggle(mute, media.audio && !isOver, media.isMuted, silent, microphone);
    showToggle(film, !isOver, !media.isCameraOn, dark, camera);
    showToggle(share, isActive && media.canShare, !media.isSharing, screen, screen);
    set(leave, { hidden: isOver, "aria-label": isActive ? "Hang up" : "Cancel", title: isActive ? "Hang up" : "Cancel" });
    set(size, { hidden: isOver });
    again.hidden = !isOver || !call.isMine;
    close.hidden = !isOver;
    if (isOver && element.contains(document.activeElement) && document.activeElement.hidden) close.focus();
    if (isOver && (!call.ending || isSmall)) desk.clear();
  }
  // Browsers let a page that was only loaded, not touched, make no sound.
  function play() {
    for (const video of element.querySelectorAll("video")) if (video.paused && video.srcObject) video.play().catch(() => {}); // the next touch tries again
  }
  function tick() {
    if (call?.state === "active") timer.textContent = durationText((Date.now() - call.since) / 1000);
  }

  // Another call has come, or there is none any more.
  function change() {
    const had = call !== null;
    call = desk.current;
    element.hidden = call === null;
    resize(false, !had && call !== null);
    if (call && !had) before = document.activeElement;
    if (!call) before?.focus?.();
    else if (!had) name.focus();
  }
  function resize(wished) {
    isSmall = wished;
    element.classList.toggle("is-small", isSmall);
    size.replaceChildren(icon(isSmall ? larger : smaller));
    set(size, { "aria-label": isSmall ? "Make large" : "Make small", title: isSmall ? "Make large" : "Make small" });
    const covers = call !== null && !isSmall;
    document.body.classList.toggle("calling", covers);
    for (const covered of document.querySelectorAll(".skip, .bar, main")) covered.inert = covers;
  }

  const ticking = setInterval(tick, 500);
  desk.addEventListener("change", show);
  return {
    element,
    close() {
      clearInterval(ticking);
      desk.removeEventListener("change", show);
      call = null;
      resize(false);
      element.remove();
    },
  };
}

function button(label, path, onclick, kind = "") {
  return h("button", { type: "button", class: `round ${kind}`, "aria-label": label, title: label, onclick }, icon(path));
}

// A button that says whether the thing is on; `isOff` changes the picture, too.
function showToggle(toggle, isThere, isOff, off, on) {
  const isPressed = toggle.ariaLabel === "Mute" ? isOff : !isOff;
  set(toggle, { hidden: !isThere, "aria-pressed": String(isPressed) });
  toggle.classList.toggle("is-off", isOff && off !== on);
  toggle.classList.toggle("is-on", !isOff && off === on);
  toggle.replaceChildren(icon(isOff ? off : on));
}
