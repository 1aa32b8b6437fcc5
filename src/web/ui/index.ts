// The parts that both pages are built with. Colours, spaces and type are the custom properties of tokens.css, which a
// page's main file imports once.

export { Avatar, type AvatarProps } from './avatar.tsx'
export { Button, type ButtonKind, type ButtonProps, IconButton, type IconButtonProps } from './button.tsx'
export { Dialog, type DialogProps } from './dialog.tsx'
export {
  type Choice,
  ChoiceField,
  type ChoiceFieldProps,
  SwitchField,
  type SwitchFieldProps,
  TextField,
  type TextFieldProps,
} from './field.tsx'
export { Icon, type IconName, type IconProps } from './icon.tsx'
export { Menu, type MenuEntry, type MenuProps } from './menu.tsx'
export { Tooltip, TooltipArea, type TooltipProps } from './tooltip.tsx'
