// The lowest contrast on the page: of a text, and of a shape that says something.
() => {
  const channels = (color) => color.match(/[\d.]+/g).map(Number);
  const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const luminance = (color) => {
    const [r, g, b] = channels(color).map((c) => linear(c / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const isClear = (color) => channels(color)[3] === 0;
  const ground = (element) => {
    const color = getComputedStyle(element).backgroundColor;
    return isClear(color) ? ground(element.parentElement) : color;
  };
  const border = (element) => {
    const color = getComputedStyle(element).borderTopColor;
    return isClear(color) ? ground(element) : color;
  };
  const shown = [...document.querySelectorAll("body *")].filter(
    (one) => one.checkVisibility() && !one.closest(".unseen, .skip"));
  const isText = (node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== "";
  const texts = shown.filter((one) => [...one.childNodes].some(isText));
  const matching = (selector) => shown.filter((one) => one.matches(selector));
  return [
    Math.min(...texts.map((one) => contrast(getComputedStyle(one).color, ground(one)))),
    Math.min(
      ...matching("[type=text], textarea, button, #topics label").map((one) =>
        contrast(border(one), ground(one.parentElement))),
      ...matching(".fill").map((one) => contrast(ground(one), ground(one.parentElement)))),
  ];
}
