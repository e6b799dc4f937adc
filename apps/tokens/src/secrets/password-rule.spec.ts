import { passwordFaults } from './password-rule';

const person = { name: 'Penelope de la Cruz', email: 'Penelope.Cruz@Example.com' };

test.each([
  'penelope de la cruz',
  'PENELOPEDELACRUZ',
  'penelope.cruz@example.com',
  'Penelope.Cruz',
  '  penelope.cruz@EXAMPLE.com ',
])('%j is known to everybody who knows the person', (password) => {
  expect(passwordFaults(password, person, '/next')).toMatchObject([{ pointer: '/next', code: 'guessable' }]);
});

test.each(['penelope de la cruz!', 'aaaaaaaaaaaa', 'ünï¢ödé päßwörd'])('%j has no fault', (password) => {
  expect(passwordFaults(password, person, '/next')).toEqual([]);
});
