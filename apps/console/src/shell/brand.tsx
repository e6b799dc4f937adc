import css from './brand.module.css';

/** The name and its picture: a gate above water. */
export function Brand() {
  return (
    <span className={css.brand}>
      <img src={`${import.meta.env.BASE_URL}sluice.svg`} alt="" width={26} height={26} />
      Sluice
    </span>
  );
}
