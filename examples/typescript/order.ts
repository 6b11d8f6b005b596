export interface Order {
  items: { name: string; price: number; count?: number }[];
}

export function summarize({ items }: Order): { count: number; total: number } {
  let count = 0, total = 0;
  for (const item of items) {
    const n = item.count ?? 1;
    count += n;
    total += n * item.price;
  }
  return { count, total };
}
