// A table box is a stop for the keyboard only while it has something to scroll to.
export function scrollBoxes () {
  const set = box => {
    const scrolls = box.scrollWidth > box.clientWidth + 1
    if (scrolls) box.setAttribute('tabindex', '0')
    else box.removeAttribute('tabindex')
  }
  const watcher = new ResizeObserver(entries => entries.forEach(entry => set(entry.target)))
  for (const box of document.querySelectorAll('.table-box')) watcher.observe(box)
}
