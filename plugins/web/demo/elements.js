// SPDX-License-Identifier: Apache-2.0
// Elements without markup: every text becomes a text node, so nothing a person wrote is ever read as HTML.

/** h("button", {type: "button", onclick: save}, "Save"): properties, attributes and children of one element. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  set(element, properties);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Handlers (onclick) and properties (value, hidden) are set as such, everything else as an attribute. */
export function set(element, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class") element.className = value;
    else if (name in element && !name.startsWith("aria") && name !== "list") element[name] = value;
    else if (value === null || value === undefined || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? "" : value);
  }
  return element;
}

/** A picture of lines from a path of a 24 x 24 grid; the words stand beside it or in its button's label. */
export function icon(path) {
  const namespace = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(namespace, "svg");
  const line = document.createElementNS(namespace, "path");
  picture.setAttribute("viewBox", "0 0 24 24");
  picture.setAttribute("class", "icon");
  picture.setAttribute("aria-hidden", "true");
  line.setAttribute("d", path);
  picture.append(line);
  return picture;
}

/**
 * Makes the children of `parent` those of `items`, one for each key, in their order. Elements stay the same ones,
 * so that focus, selection and scrolling survive; `make` builds one, `update` brings it up to date.
 */
export function keep(parent, items, keyOf, make, update = () => {}) {
  const known = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    let element = known.get(key);
    if (element) {
      known.delete(key);
    } else {
      element = make(item);
      element.dataset.key = key;
    }
    update(element, item);
    if (element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
  }
  for (const gone of known.values()) gone.remove();
}
