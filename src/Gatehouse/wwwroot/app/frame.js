/** Makes `work` run at most once per frame, however often it is asked for; a hidden page, which has no frames, lets it wait longer. */
export function perFrame(/** @type {() => void} */ work) {
  let isAsked = false;
  const run = () => {
    isAsked = false;
    work();
  };
  return () => {
    if (isAsked) return;
    isAsked = true;
    if (document.hidden) setTimeout(run, 250);
    else requestAnimationFrame(run);
  };
}
