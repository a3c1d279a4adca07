/** The mark of Switchhook: a receiver on its hook. */

/** The outline, in a square of 24. */
export const MARK =
  "M3 9.5C3 5.9 6.9 4 12 4s9 1.900 9 5.500c0 1.200-.8 2-2 2h-1.600c-1 0-1.700-.7-1.800-1.600l-.1-.9c-1-.4-2.200-.6-3.500-.6s-2.500.2-3.500.6l-.1.900c-.1.9-.8 1.600-1.800 1.600H5c-1.200 0-2-.8-2-2Zm6 4.500h6m-8.500 6h11l-1.300-5.200A1.600 1.600 0 0 0 14.700 13.500H9.300a1.600 1.600 0 0 0-1.500 1.300Z";

/** The icon of the page. */
export const ICON = `data:image/svg+xml,${encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="6" fill="#0f766e"/><g transform="translate(3.600 3.400) scale(.7)" fill="none" stroke="#fff" stroke-width="2.200" stroke-linejoin="round"><path d="${MARK}"/></g></svg>`,
)}`;
