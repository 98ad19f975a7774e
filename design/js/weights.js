// <output data-sum="weight_percent_">: the sum of the boxes whose names begin so, kept up to date while one types.
const hundredths = text => {
  const plain = text.trim().replace(/\s*%$/, '')
  if (!/^\d{0,3}(\.\d{0,2})?$/.test(plain) || plain === '' || plain === '.') return 0
  return Math.round(Number(plain) * 100)
}

export function weights () {
  for (const output of document.querySelectorAll('output[data-sum]')) {
    const boxes = () => document.querySelectorAll(`input[name^="${output.dataset.sum}"]`)
    const show = () => {
      const sum = [...boxes()].reduce((total, box) => total + hundredths(box.value), 0)
      output.value = (sum / 100).toFixed(2)
      output.closest('.running-total').classList.toggle('running-total--off', sum !== 10000)
    }
    document.addEventListener('input', show)
    show()
  }
}
