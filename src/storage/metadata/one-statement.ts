/** What a second statement in `Metadata.readOne` is refused with: it would see another moment than the first. */
export function secondStatement(): Error {
  return new Error('A read of one statement asked a second one: use `read`, which is one snapshot for all.');
}
