// Live totals of a return: works out sums and shares while figures are typed. The page says the same after saving without it.
const form = document.querySelector('[data-totals]')

/** A typed figure as a number: "1,300" and " 12 " count, a blank or anything else is null. */
function figure (name) {
  const locked = document.querySelector(`[data-figure="${name}"]`)
  const box = form.elements.namedItem(name)
  const text = (box ? box.value : locked ? locked.dataset.value : '').replace(/[\u00a0\u2009\u202f]/g, ' ').trim().replace(/^£/, '')
  return /^\d+(\.\d+)?$|^\d{1,3}([, ]\d{3})+(\.\d+)?$/.test(text) ? Number(text.replace(/[, ]/g, '')) : null
}

/** "+B01-OUT -B03P-OUT" as a number, or null while one of its figures is missing. */
function sum (formula) {
  let total = 0
  for (const term of formula.split(' ')) {
    const value = figure(term.slice(1))
    if (value === null) return null
    total += term[0] === '-' ? -value : value
  }
  return total
}

function words (place) {
  const above = sum(place.dataset.sum)
  if (above === null) return '–'
  if (!place.dataset.over) return above.toLocaleString('en-GB').replace('-', '−')
  const below = sum(place.dataset.over)
  if (below === null) return '–'
  return below ? `${Math.floor(100 * above / below + 0.5)}% (${above} of ${below})` : `${above} of ${below}`
}

function update () {
  for (const place of document.querySelectorAll('[data-sum]')) place.textContent = words(place)
}

if (form) {
  form.addEventListener('input', update)
  update()
}
